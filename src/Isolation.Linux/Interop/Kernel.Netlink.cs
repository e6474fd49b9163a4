namespace Isolation.Linux.Interop;

/// <summary>Provides the socket calls of netlink, see netlink(7).</summary>
internal static unsafe partial class Kernel
{
    internal const int AfNetlink = 16;
    internal const int AfInet6 = 10;
    internal const int SockRaw = 3;
    internal const int SolNetlink = 270;
    internal const int NetlinkCapAck = 10;
    internal const int NetlinkExtAck = 11;
    internal const int NetlinkGetStrictChk = 12;
    internal const int MsgTrunc = 0x20;

    /// <summary>socket(2).</summary>
    internal static long socket(int family, int type, int protocol) => Invoke(Calls.Socket, family, type, protocol);

    /// <summary>setsockopt(2) of an option that is a number.</summary>
    internal static long setsockopt(int socket, int level, int option, int value) =>
        Invoke(Calls.Setsockopt, socket, level, option, (long)(&value), sizeof(int));

    /// <summary>recvfrom(2) of a netlink socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The buffer.</param>
    /// <param name="sender">The port of the sender; 0 for the kernel.</param>
    /// <returns>The length of the message, which can exceed that of the buffer.</returns>
    internal static long recvfrom(int socket, Span<byte> buffer, out uint sender)
    {
        // struct sockaddr_nl: the family, the port and the groups.
        uint* address = stackalloc uint[3];
        int size = 12;
        long result;
        fixed (byte* start = buffer)
        {
            do
            {
                result = Invoke(
                    Calls.Recvfrom, socket, (long)start, buffer.Length, MsgTrunc, (long)address, (long)(&size));
            }
            while (result == -Errno.EINTR);
        }

        sender = address[1];
        return result;
    }
}
