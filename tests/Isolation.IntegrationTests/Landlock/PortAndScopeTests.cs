using System.Net.Sockets;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Landlock;

/// <summary>TCP ports, abstract sockets and signals.</summary>
public sealed class PortAndScopeTests
{
    private const string Bind = "socket.socket().bind(('127.0.0.1', 4711))";

    // Nobody listens: what is allowed comes as far as the network, and is refused there.
    private const string Connect = "socket.socket().connect(('127.0.0.1', 4712))";

    [TestCase(LandlockPortAccess.Tcp, 0, Bind, "EACCES")]
    [TestCase(LandlockPortAccess.Tcp, 4711, Bind, "done")]
    [TestCase(LandlockPortAccess.ConnectTcp, 0, Bind, "done")]
    [TestCase(LandlockPortAccess.Tcp, 0, Connect, "EACCES")]
    [TestCase(LandlockPortAccess.Tcp, 4712, Connect, "ECONNREFUSED")]
    [TestCase(LandlockPortAccess.BindTcp, 0, Connect, "ECONNREFUSED")]
    public async Task Ports(LandlockPortAccess handled, int allowed, string statement, string expected)
    {
        Restricted.Require(4);
        LandlockPolicy policy = new()
        {
            HandledFileAccess = LandlockFileAccess.None,
            HandledPortAccess = handled,
            PortRules = allowed == 0 ? [] : [new(allowed, handled)],
        };

        Assert.That(await Restricted.Mounted(policy).OutputAsync(Restricted.Attempt(statement)), Is.EqualTo(expected));
    }

    [TestCase(LandlockScopes.None, "done")]
    [TestCase(LandlockScopes.Signals, "done")]
    [TestCase(LandlockScopes.AbstractUnixSockets, "EPERM")]
    public async Task Abstract_sockets_of_the_host(LandlockScopes scopes, string expected)
    {
        Restricted.Require(6);
        string name = $"isolation-{Guid.NewGuid():N}";
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint($"\0{name}"));
        listener.Listen();

        // Abstract sockets belong to the network namespace, so it must be the host's for one to be seen at all.
        SandboxSpecification specification = Restricted.Mounted(Policy(scopes));
        specification = specification
            with
        { Namespaces = specification.Namespaces with { Network = NamespaceSource.Host } };

        string answer = await specification.OutputAsync(
            Restricted.Attempt("socket.socket(socket.AF_UNIX).connect('\\0' + D)", name));

        Assert.That(answer, Is.EqualTo(expected));
    }

    [TestCase(LandlockScopes.None, "done")]
    [TestCase(LandlockScopes.AbstractUnixSockets, "done")]
    [TestCase(LandlockScopes.Signals, "EPERM")]
    public async Task Signals_to_another_command(LandlockScopes scopes, string expected)
    {
        Restricted.Require(6);
        await using ISandbox sandbox = await Restricted.Mounted(Policy(scopes)).CreateAsync();
        await using ISandboxProcess other = await sandbox.StartAsync(Guest.Shell("exec sleep 1000"));

        string answer = Guest.Output(await sandbox.RunAsync(Restricted.Attempt("os.kill(int(D), 0)", $"{other.Id}")));

        Assert.That(answer, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_command_may_signal_its_own_children()
    {
        Restricted.Require(6);
        const string Statement = "child = os.fork() or signal.pause(); os.kill(child, 9); "
            + "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))";

        Assert.That(
            await Restricted.Mounted(Policy(LandlockScopes.All)).OutputAsync(Restricted.Attempt(Statement)),
            Is.EqualTo("-9\ndone"));
    }

    private static LandlockPolicy Policy(LandlockScopes scopes) =>
        new() { FileRules = [new("/", LandlockFileAccess.All)], Scopes = scopes };
}
