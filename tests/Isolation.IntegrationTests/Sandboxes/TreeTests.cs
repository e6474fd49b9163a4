using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Sandboxes;

/// <summary>A command ends with all that it started, whatever that did to get away.</summary>
public sealed class TreeTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();

    /// <summary>Ways to leave processes behind; each tells on descriptor 3 when all are there.</summary>
    private static readonly string[] Ways =
    [
        "sh -c 'echo ready >&3; exec sleep 100000'",
        "sh -c 'trap \"\" TERM HUP INT; echo ready >&3; exec sleep 100000'",
        "nohup sh -c 'echo ready >&3; exec sleep 100000'",
        "setsid sh -c 'echo ready >&3; exec sleep 100000'",
        "sh -c 'echo ready >&3; kill -STOP $$; exec sleep 100000'",
        "sh -c 'sleep 100000 & sleep 100000 & echo ready >&3; wait'",
    ];

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [TestCaseSource(nameof(Ways))]
    public async Task Nothing_is_left_of_a_killed_command(string way)
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await StartAsync(sandbox, way);
        Assert.That(HostProcess.InPidNamespaceOf(sandbox.ProcessId), Has.Length.GreaterThanOrEqualTo(3));

        await process.KillAsync();

        Assert.That(await ReachesAsync(sandbox, 1), Is.True);
    }

    [TestCaseSource(nameof(Ways))]
    public async Task Killing_a_command_spares_the_processes_of_another(string way)
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess other = await StartAsync(sandbox, way);
        int kept = HostProcess.InPidNamespaceOf(sandbox.ProcessId).Length;
        await using ISandboxProcess process = await StartAsync(sandbox, way);
        Assert.That(HostProcess.InPidNamespaceOf(sandbox.ProcessId), Has.Length.GreaterThan(kept));

        await process.KillAsync();

        Assert.That(await ReachesAsync(sandbox, kept), Is.True);
        Task<SandboxResult> wait = other.WaitForExitAsync();
        Assert.That(wait.IsCompleted, Is.False);
    }

    [TestCase("(setsid sh -c 'echo ready >&3; exec sleep 100000' &)")]
    [TestCase("(sh -c '(setsid sh -c \"echo ready >&3; exec sleep 100000\" &)' &)")]
    public async Task A_daemon_of_a_single_command_ends_with_it(string way)
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(Script(way));
        await ReadLineAsync(process);

        await process.KillAsync();

        Assert.That(await ReachesAsync(sandbox, 1), Is.True);
    }

    [TestCase("wall")]
    [TestCase("output")]
    [TestCase("canceled")]
    public async Task Every_limit_ends_the_whole_tree(string limit)
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        SandboxCommand command = Guest.Shell("(setsid sleep 100000 &); sleep 100000 & echo much; sleep 100000");
        using CancellationTokenSource source = new();
        using CancelingStream canceling = new(source);
        command = limit switch
        {
            "wall" => command with { WallTime = TimeSpan.FromMilliseconds(200) },
            "output" => command with { StandardOutput = OutputTarget.Capture(3) },
            _ => command with { StandardOutput = OutputTarget.ToStream(canceling) },
        };

        SandboxResult result = await sandbox.RunAsync(command, source.Token);

        Assert.That(result.Outcome, Is.EqualTo(limit switch
        {
            "wall" => SandboxOutcome.WallTimeExceeded,
            "output" => SandboxOutcome.OutputExceeded,
            _ => SandboxOutcome.Canceled,
        }));
        Assert.That(await ReachesAsync(sandbox, 1), Is.True);
    }

    [Test]
    public async Task Nothing_is_left_of_a_disposed_sandbox()
    {
        ISandbox sandbox = await Specification.CreateAsync();
        SandboxCommand daemons = Guest.Shell(
            "(setsid sleep 100000 >/dev/null 2>&1 &); nohup sleep 100000 >/dev/null 2>&1 & sh -c 'kill -STOP $$' "
            + ">/dev/null 2>&1 &");
        Guest.Output(await sandbox.RunAsync(daemons with { Leftovers = CommandLeftovers.Keep }));
        int[] processes = HostProcess.InPidNamespaceOf(sandbox.ProcessId);
        Assert.That(processes, Has.Length.GreaterThanOrEqualTo(3));

        await sandbox.DisposeAsync();

        Assert.That(processes.Where(HostProcess.IsAlive), Is.Empty);
    }

    [Test]
    public async Task Nothing_is_left_after_a_single_run()
    {
        string mark = $"isolation-{Guid.NewGuid():N}";

        await Specification.OutputAsync(
            $"(setsid sh -c 'sleep 100000; : {mark}' >/dev/null 2>&1 &); sh -c 'sleep 100000; : {mark}' >/dev/null "
            + $"2>&1 & true");

        Assert.That(HostProcess.WithArgument(mark), Is.Empty);
    }

    [Test]
    public async Task Without_a_pid_namespace_of_its_own_nothing_is_left_of_a_disposed_sandbox()
    {
        string mark = $"isolation-{Guid.NewGuid():N}";
        SandboxSpecification specification = new() { Mounts = Guest.Programs };
        specification = specification with
        {
            Mounts = [.. Guest.Programs, new FileEntry("/dev/null", ReadOnlyMemory<byte>.Empty),
                new TemporaryMount("/tmp")],
            Namespaces = specification.Namespaces with { Pid = NamespaceSource.Host },
        };
        ISandbox sandbox = await specification.CreateAsync();
        SandboxCommand daemons = Guest.Shell(
            $"(setsid sh -c 'sleep 100000; : {mark}' >/tmp/x 2>&1 &); sh -c 'sleep 100000; : {mark}' >/tmp/x "
            + $"2>&1 & true");
        Guest.Output(await sandbox.RunAsync(daemons with { Leftovers = CommandLeftovers.Keep }));
        Assert.That(
            () => HostProcess.WithArgument(mark), Has.Length.EqualTo(2).After(
                (int)Guest.Patience.TotalMilliseconds, 1));

        await sandbox.DisposeAsync();

        Assert.That(HostProcess.WithArgument(mark).Where(HostProcess.IsAlive), Is.Empty);
    }

    private static SandboxCommand Script(string way) =>
        Guest.Shell(
            $"exec 3>&1; {way} >/dev/null 2>&1 & exec sleep 100000") with
        { StandardOutput = OutputTarget.Pipe };

    private static async Task<ISandboxProcess> StartAsync(ISandbox sandbox, string way)
    {
        ISandboxProcess process = await sandbox.StartAsync(Script(way));
        await ReadLineAsync(process);
        return process;
    }

    private static async Task ReadLineAsync(ISandboxProcess process)
    {
        byte[] buffer = new byte[6];
        await process.StandardOutput!.ReadExactlyAsync(buffer);
    }

    /// <summary>Killed processes are taken away by init, which the result of the command does not wait for.</summary>
    private static async Task<bool> ReachesAsync(ISandbox sandbox, int count)
    {
        long end = Environment.TickCount64 + (long)Guest.Patience.TotalMilliseconds;
        while (Environment.TickCount64 < end)
        {
            if (HostProcess.InPidNamespaceOf(sandbox.ProcessId).Count(HostProcess.IsAlive) == count)
            {
                return true;
            }

            await Task.Yield();
        }

        return false;
    }
}
