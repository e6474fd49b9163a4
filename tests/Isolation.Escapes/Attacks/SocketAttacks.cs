using System.Buffers.Binary;
using System.Text;
using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>Classes 10 and 16: socket families with a large kernel attack surface, and sockets of the host.</summary>
internal static class SocketAttacks
{
    private const int Stream = Kernel.SockStream;
    private const int Raw = 3;
    private const int Sequential = Kernel.SockSeqpacket;

    private static readonly (string Name, int Family, int Kind, int Protocol)[] Families =
    [
        ("AF_PACKET", 17, Raw, 0), ("AF_ALG", 38, Sequential, 0), ("AF_VSOCK", 40, Stream, 0), ("AF_KEY", 15, Raw, 2),
        ("AF_TIPC", 30, Sequential, 0), ("AF_BLUETOOTH", 31, Raw, 1), ("AF_CAN", 29, Raw, 1),
        ("AF_RDS", 21, Sequential, 0),
        ("SCTP", Kernel.AfInet, Stream, 132), ("DCCP", Kernel.AfInet, 6, 33), ("MPTCP", Kernel.AfInet, Stream, 262),
        ("UDP-Lite", Kernel.AfInet, Kernel.SockDgram, 136), ("SMC over AF_INET", Kernel.AfInet, Stream, 256),
        ("AF_QIPCRTR", 42, Kernel.SockDgram, 0), ("AF_XDP", 44, Raw, 0), ("AF_SMC", 43, Stream, 0),
    ];

    internal static IEnumerable<Attack> All()
    {
        foreach ((string name, int family, int kind, int protocol) in Families)
        {
            yield return new CallAttack(10, $"create a socket: {name}", "socket", _ =>
            {
                Payload payload = new();
                payload.Call("socket", Calls.Common.Socket, family, kind, protocol);
                return payload;
            }, "EPERM", "EACCES", "EAFNOSUPPORT", "EPROTONOSUPPORT", "ENOSYS", "SIGSYS")
            {
                VoidErrors =
                {
                    ["EAFNOSUPPORT"] = "this kernel has no such family",
                    ["EPERM"] = "root only",
                    ["ESOCKTNOSUPPORT"] = "this kernel has no such kind",
                    ["EPROTONOSUPPORT"] = "this kernel has no such protocol",
                },
            };
        }

        yield return Connect(
            "connect to an abstract socket of the host", scene => Abstract(scene.Ground.Canaries.AbstractName));
        yield return Connect("connect to the host's loopback", scene => Loopback(scene.Ground.Canaries.Port));
    }

    private static CallAttack Connect(string title, Func<Scene, byte[]> address) =>
        new(16, title, "connect", scene =>
        {
            byte[] bytes = address(scene);
            Payload payload = new();
            long socket = payload.Call("socket", Calls.Common.Socket, bytes[0], Stream, 0);
            payload.Call("connect", Calls.Connect, Payload.At(socket), payload.Bytes(bytes), bytes.Length);
            return payload;
        }, "ECONNREFUSED", "EPERM", "EACCES", "ENETUNREACH")
        {
            // If the family is refused, there is no socket to connect.
            Judge = static (_, run) => run.Succeeded("socket")
                ? Finding.Of(run, "connect", "ECONNREFUSED", "EPERM", "EACCES", "ENETUNREACH")
                : Finding.Of(run, "socket", "EPERM", "EACCES", "EAFNOSUPPORT", "ENOSYS", "SIGSYS"),
        };

    private static byte[] Abstract(string name) => [Kernel.AfUnix, 0, 0, .. Encoding.UTF8.GetBytes(name)];

    private static byte[] Loopback(int port)
    {
        byte[] address = [Kernel.AfInet, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), (ushort)port);
        return address;
    }
}
