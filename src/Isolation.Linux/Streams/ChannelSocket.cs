using System.Net.Sockets;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Streams;

/// <summary>The pair of sockets of a <see cref="CommandChannel"/>.</summary>
internal static class ChannelSocket
{
    /// <summary>Makes the pair.</summary>
    /// <param name="payloadEnd">The payload's end; whoever calls closes it.</param>
    /// <returns>The host's end, which owns its descriptor.</returns>
    internal static Stream Open(out int payloadEnd)
    {
        Errors.Check(
            Kernel.socketpair(Kernel.AfUnix, Kernel.SockStream | Kernel.SockCloexec, out int hostEnd, out payloadEnd),
            "make the channel of the command", null);
        Socket? socket = null;
        try
        {
            socket = new Socket(new SafeSocketHandle(hostEnd, true));
            RefuseDescriptors(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket?.Dispose();
            Kernel.close(payloadEnd);
            throw;
        }
    }

    /// <summary>
    /// Closing a descriptor that a payload sends can take as long as the payload likes (SO_LINGER), and it is the
    /// reader who closes it. Kernels that cannot refuse let the sender wait instead.
    /// </summary>
    private static void RefuseDescriptors(Socket socket)
    {
        try
        {
            socket.SetRawSocketOption(Kernel.SolSocket, Kernel.SoPassrights, BitConverter.GetBytes(0));
        }
        catch (SocketException exception)
            when (exception.SocketErrorCode is SocketError.ProtocolOption or SocketError.OperationNotSupported)
        {
        }
    }
}
