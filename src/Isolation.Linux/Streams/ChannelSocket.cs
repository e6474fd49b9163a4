using System.Net.Sockets;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Streams;

/// <summary>Creates the pair of sockets of a <see cref="CommandChannel"/>.</summary>
internal static class ChannelSocket
{
    /// <summary>Creates the pair of sockets.</summary>
    /// <param name="payloadEnd">The payload's end, which the caller must close.</param>
    /// <returns>The application's end, which owns its file descriptor.</returns>
    internal static Stream Open(out int payloadEnd)
    {
        SandboxErrors.Check(
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
    /// Refuses file descriptors sent by the payload. Closing such a descriptor falls to the reader and can block for as
    /// long as the payload chooses (SO_LINGER). On kernels without SO_PASSRIGHTS, the sender blocks instead.
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
