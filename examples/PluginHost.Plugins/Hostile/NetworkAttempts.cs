using System.Net.Sockets;

namespace Hostile;

/// <summary>Provides attempts to access the network.</summary>
internal static class NetworkAttempts
{
    public static async Task<string> ConnectAsync(string address, int port, CancellationToken cancellationToken)
    {
        using TcpClient client = new();
        await client.ConnectAsync(address, port, cancellationToken);
        return "connected";
    }

    /// <summary>Connects to an abstract socket.</summary>
    public static async Task<string> ConnectAsync(string name, CancellationToken cancellationToken)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint("\0" + name), cancellationToken);
        return "connected";
    }
}
