using System.Buffers;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Networking.Netlink;

/// <summary>
/// Sends messages to the kernel and receives its answers; see netlink(7). A socket belongs to the network namespace in
/// which it was made, also if a process in another namespace uses it.
/// </summary>
/// <remarks>
/// The kernel handles a message while it is sent, so the answers are there when the call returns: no call waits for
/// anything but the kernel's own locks. One thread at a time can use a socket; others wait.
/// </remarks>
internal sealed class NetlinkSocket : IDisposable
{
    /// <summary>The kernel sends at most 32 KiB at once in a dump, and single answers are smaller.</summary>
    private const int ReceiveSize = 64 << 10;

    /// <summary>The number of times that a dump is repeated because something changed meanwhile.</summary>
    private const int MaximumDumps = 10;

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _handle;
    private uint _sequence;

    /// <summary>Takes over a socket, which may be of another network namespace.</summary>
    internal NetlinkSocket(SafeFileHandle handle)
    {
        _handle = handle;
        using HeldDescriptor held = new(handle);
        ReadOnlySpan<int> options = [Kernel.NetlinkExtAck, Kernel.NetlinkCapAck, Kernel.NetlinkGetStrictChk];
        foreach (int option in options)
        {
            SandboxErrors.Check(
                Kernel.setsockopt(held.Number, Kernel.SolNetlink, option, 1), "set an option of", "a netlink socket",
                StepKind.Network);
        }
    }

    /// <summary>Opens a socket in the network namespace of the calling thread.</summary>
    internal static NetlinkSocket Open(NetlinkFamily family)
    {
        int socket = (int)SandboxErrors.Check(
            Kernel.socket(Kernel.AfNetlink, Kernel.SockRaw | Kernel.SockCloexec, (int)family), "open",
            "a netlink socket", StepKind.Network);
        SafeFileHandle handle = new(socket, ownsHandle: true);
        try
        {
            return new NetlinkSocket(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Sends the messages and waits until the kernel has handled all of them.</summary>
    /// <exception cref="SandboxException">
    /// The kernel refused a message; the exception is that of the first one. The messages of rtnetlink are independent
    /// of each other, so those before and after it can have taken effect.
    /// </exception>
    internal void Execute(NetlinkBatch batch)
    {
        if (batch.Requests.Count > 0)
        {
            // The kernel always reports an error. A report of each success would fill the receive buffer.
            batch.AddFlagsToLast(NetlinkFlags.Ack);
            Exchange(batch, static _ => { });
        }
    }

    /// <summary>Sends a request and returns the objects of the answer.</summary>
    /// <param name="batch">One message: for all objects (NLM_F_DUMP) or for one.</param>
    /// <param name="read">Reads an object; null leaves it out.</param>
    internal List<T> Read<T>(NetlinkBatch batch, NetlinkReader<T> read)
    {
        List<T> objects = [];
        for (int dump = 1; ; dump++)
        {
            objects.Clear();
            bool isConsistent = Exchange(batch, message =>
            {
                if (read(message) is { } one)
                {
                    objects.Add(one);
                }
            });
            if (isConsistent || dump == MaximumDumps)
            {
                return objects;
            }
        }
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>Sends a batch and receives until the last answer to it.</summary>
    /// <param name="batch">The messages.</param>
    /// <param name="receive">Receives the objects.</param>
    /// <returns>Whether the objects are those of one moment.</returns>
    private bool Exchange(NetlinkBatch batch, NetlinkReceiver receive)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReceiveSize);
        try
        {
            lock (_gate)
            {
                uint first = _sequence + 1;
                _sequence += (uint)batch.Requests.Count;
                batch.Number(first);
                using HeldDescriptor held = new(_handle);
                ObjectDisposedException.ThrowIf(!held.IsOpen, this);
                NetlinkRequest request = batch.Requests[0];
                SandboxErrors.Check(
                    Kernel.send(held.Number, batch.Bytes), request.Action, request.Target,
                    StepKind.Network);
                return Receive(held.Number, buffer, batch, first, receive);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool Receive(
        int socket, byte[] buffer, NetlinkBatch batch, uint first, NetlinkReceiver receive)
    {
        SandboxException? refused = null;
        bool isConsistent = true;
        uint last = (uint)batch.Requests.Count - 1;
        for (bool isDone = false; !isDone;)
        {
            int length = (int)SandboxErrors.Check(
                Kernel.recvfrom(socket, buffer, out uint sender), "receive from", "a netlink socket", StepKind.Network);
            // Others in the namespace can send to the socket as well; only the kernel has the port 0.
            if (sender != 0)
            {
                continue;
            }

            if (length > buffer.Length)
            {
                throw NetlinkErrors.Malformed("the buffer");
            }

            foreach (NetlinkMessage message in new NetlinkMessages(buffer.AsSpan(0, length)))
            {
                uint index = message.Header.Sequence - first;
                if (index > last)
                {
                    continue; // The rest of an exchange that ended early.
                }

                isConsistent &= (message.Header.Flags & NetlinkFlags.DumpIntr) == 0;
                if (message.Header.Type >= (ushort)NetlinkControl.MinType)
                {
                    receive(message);
                    isDone |= index == last && (message.Header.Flags & NetlinkFlags.Multi) == 0;
                    continue;
                }

                if ((NetlinkControl)message.Header.Type is NetlinkControl.Error or NetlinkControl.Done)
                {
                    isDone |= index == last;
                    NetlinkAcknowledgement acknowledgement = NetlinkAcknowledgement.Read(message);
                    if (acknowledgement.Error != 0)
                    {
                        refused ??= NetlinkErrors.Refused(batch.Requests[(int)index], acknowledgement);
                    }
                }
            }
        }

        return refused is null ? isConsistent : throw refused;
    }
}
