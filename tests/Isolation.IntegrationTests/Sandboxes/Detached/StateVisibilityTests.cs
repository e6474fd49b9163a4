using Isolation.IntegrationTests.Robustness;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Events;
using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Planning;
using Isolation.Linux.Programs;
using Isolation.Linux.Sandboxes;
using Isolation.Linux.State;

namespace Isolation.IntegrationTests.Sandboxes.Detached;

/// <summary>No payload sees the recorded states, with which it could control a sandbox.</summary>
public sealed class StateVisibilityTests : DetachedFixture
{
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("inside")]
    [TestCase("link")]
    public async Task A_bind_that_shows_the_states_is_refused(string path)
    {
        Directory.CreateDirectory(
            Path.Combine(States, "inside"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(States, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Shared.At("link"), States);
        string source = path == "link" ? Shared.At("link") : Path.GetFullPath(Path.Combine(States, path));

        await RefusedAsync(
            Specification with { Mounts = [.. Specification.Mounts, new BindMount(source, "/shown")] });
    }

    [Test]
    public async Task The_root_of_the_host_is_refused_unless_Landlock_closes_the_states()
    {
        SandboxSpecification open = new()
        {
            Lifetime = SandboxLifetime.Detached,
            Root = new HostRoot(),
            User = SandboxUser.SameAsHost,
            Namespaces = NamespaceSet.NewOnly(0),
        };

        await RefusedAsync(open);
        await RefusedAsync(open with { Landlock = Reading("/") });
        Requires.That("landlock", LandlockSupport.Current.Abi > 0, "Landlock is needed");
        await (await Application().CreateAsync(open with { Landlock = Reading("/usr") })).StopAsync();
    }

    [Test]
    public async Task Nothing_is_left_of_a_refused_sandbox()
    {
        Directory.CreateDirectory(States);
        File.SetUnixFileMode(States, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await RefusedAsync(
            Specification with { Mounts = [.. Specification.Mounts, new BindMount(States, "/shown")] });

        Assert.That(Directory.GetDirectories(States), Is.Empty);
    }

    [Test]
    public async Task A_payload_that_reads_the_state_controls_init()
    {
        Requires.Root();
        Guest.RequirePython();
        SandboxSpecification showing = Specification with
        {
            Mounts = [.. Specification.Mounts, new BindMount(States, "/states")],
            Namespaces = Specification.Namespaces with { User = NamespaceSource.Host },
            User = new SandboxUser(0, 0),
        };

        // Without the check, the payload makes init exit.
        StateDirectory states = StateDirectory.Open(States);
        LinuxSandbox sandbox = await LinuxSandbox.CreateAsync(
            showing, SandboxPlanner.Plan(showing, PlanningHost.Current), new DeadlineQueue(TimeProvider.System), states,
            default);
        int init = Processes.Open(sandbox.ProcessId);
        await sandbox.StartAsync(Guest.Python(Attack, Convert.ToHexString(ExitProgram())));
        await sandbox.DisposeAsync();
        Assert.That(Processes.HasEnded(init));

        await RefusedAsync(showing);
    }

    /// <summary>Connects when the application has released the sandbox, and sends init a program.</summary>
    private const string Attack = """
        import base64, glob, json, socket, sys
        path = glob.glob('/states/*/state.json')[0]
        control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control.connect(path.replace('state.json', 'control'))
        control.send(base64.b64decode(json.load(open(path))['secret']))
        control.recv(64)
        control.send(bytes(16) + bytes.fromhex(sys.argv[1]))
        control.recv(64)
        """;

    /// <summary>Creates a program that ends init.</summary>
    private static byte[] ExitProgram()
    {
        ProgramBuilder b = new(InitProgram.ProgramAddress);
        b.BeginAtBase();
        Label end = b.NewLabel();
        b.Mark(end);
        b.Branch(SystemCallTable.Current.ExitGroup, [42], 0, end, end, end);
        b.Finish();
        return b.Content.ToArray();
    }

    private static LandlockPolicy Reading(string path) => new()
    {
        FileRules = [new LandlockFileRule(path, LandlockFileAccess.Read | LandlockFileAccess.Execute)],
    };

    private async Task RefusedAsync(SandboxSpecification specification)
    {
        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => Application().CreateAsync(specification)))!;
        Assert.That(refusal.Message, Does.Contain("the states of detached sandboxes"));
    }
}
