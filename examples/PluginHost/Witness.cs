using System.Net;
using System.Net.Sockets;
using PluginHost.Contracts;

namespace PluginHost;

/// <summary>
/// Represents the targets of the hostile plug-in and observes access to them: a secret file, a listening port and a
/// listening socket.
/// </summary>
internal sealed class Witness : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plugin-host-").FullName;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public Witness()
    {
        Secret = Guid.NewGuid().ToString();
        string file = Path.Combine(_directory, "secret");
        File.WriteAllText(file, Secret);
        _listener.Start();
        string socket = "plugin-host-" + Guid.NewGuid();
        _socket.Bind(new UnixDomainSocketEndPoint("\0" + socket));
        _socket.Listen();
        Target = new Target(file, ((IPEndPoint)_listener.LocalEndpoint).Port, socket, Environment.ProcessId);
    }

    public string Secret { get; }

    public Target Target { get; }

    public bool HasNoVisitor => !_listener.Pending() && !_socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    public void Dispose()
    {
        _listener.Dispose();
        _socket.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
