using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.NamespaceKinds;

public sealed class NetworkTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_new_network_has_loopback_only_and_it_is_up()
    {
        string output = await Guest.Specification(new SysMount()).OutputAsync(
            "ls /sys/class/net; cat /sys/class/net/lo/flags; tail -n +3 /proc/net/dev | cut -d: -f1");

        Assert.That(output.Split('\n', StringSplitOptions.TrimEntries), Is.EqualTo(new[] { "lo", "0x9", "lo" }));
    }

    [TestCase("127.0.0.1", "AF_INET")]
    [TestCase("::1", "AF_INET6")]
    public async Task Programs_inside_reach_each_other_over_loopback(string address, string family)
    {
        Guest.RequirePython();
        Requires.That("ipv6", family == "AF_INET" || File.Exists("/proc/net/if_inet6"), "IPv6 is needed");
        const string Script = """
            import socket, sys
            family = getattr(socket, sys.argv[2])
            server = socket.create_server((sys.argv[1], 0), family=family)
            client = socket.create_connection(server.getsockname()[:2])
            peer, _ = server.accept()
            client.sendall(b'over loopback')
            print(peer.recv(100).decode())
            """;

        Assert.That(
            await Guest.Specification().OutputAsync(Guest.Python(Script, address, family)),
            Is.EqualTo("over loopback"));
    }

    [Test]
    public async Task A_server_of_the_host_cannot_be_reached()
    {
        Guest.RequirePython();
        using System.Net.Sockets.TcpListener server = new(System.Net.IPAddress.Loopback, 0);
        server.Start();
        int port = ((System.Net.IPEndPoint)server.LocalEndpoint).Port;
        const string Script = "import socket, sys; print(socket.socket().connect_ex(('127.0.0.1', int(sys.argv[1]))))";

        const string ConnectionRefused = "111";
        Assert.That(
            await Guest.Specification().OutputAsync(Guest.Python(Script, $"{port}")), Is.EqualTo(ConnectionRefused));
    }

    [Test]
    public async Task An_abstract_socket_of_the_host_cannot_be_reached()
    {
        Guest.RequirePython();
        string name = $"isolation-test-{Guid.NewGuid():N}";
        using System.Net.Sockets.Socket server = new(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        server.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint("\0" + name));
        server.Listen();
        SandboxCommand command = Guest.Python(
            "import socket, sys; print(socket.socket(socket.AF_UNIX).connect_ex('\\0' + sys.argv[1]))", name);
        SandboxSpecification specification = Guest.Specification();

        string shared = await (specification with
        {
            Namespaces = specification.Namespaces with { Network = NamespaceSource.Host },
        }).OutputAsync(command);
        string own = await specification.OutputAsync(command);

        Assert.Multiple(() =>
        {
            Assert.That(shared, Is.EqualTo("0"), "The probe reaches a socket that is there.");
            Assert.That(own, Is.EqualTo("111"));
        });
    }
}
