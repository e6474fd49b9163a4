using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Networking;

/// <summary>Represents the network of a sandbox: a new network namespace has a loopback device.</summary>
internal sealed class NetworkPart(PlanningContext context) : SandboxPart
{
    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Starts the loopback device of a new network namespace.</summary>
    internal void StartLoopback()
    {
        if (context.Specification.Namespaces.Network is not NewNamespace || !context.Makes(Namespaces.Network))
        {
            return;
        }

        ProgramBuilder b = context.Builder;
        long request = b.Reserve(40); // struct ifreq: the name in 16 bytes, then the flags
        "lo"u8.CopyTo(b.At(request, 2));
        b.SetWord(request + 16, Kernel.InterfaceUp);
        long socket = b.Reserve(8);
        b.Step("open a socket to start loopback", null, Calls.Socket, Kernel.AfInet,
            Kernel.SockDgram | Kernel.SockCloexec, 0, result: socket);
        b.Step("start the loopback device", null, Calls.Ioctl, Value.Word(socket), Kernel.SetInterfaceFlags, request);
    }
}
