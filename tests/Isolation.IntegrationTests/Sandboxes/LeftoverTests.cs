using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Support;
using Isolation.Linux;
using Isolation.Linux.Interop;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.IntegrationTests.Sandboxes;

/// <summary>A command's life is that of everything it started, however it tries to get away.</summary>
public sealed class LeftoverTests
{
    private const string Loop = "while :; do :; done";

    /// <summary>
    /// Ways to leave a process behind; <c>LEFT</c> stands for its script. Each is there when the command ends.
    /// </summary>
    private static readonly string[] Ways =
    [
        "sh -c 'LEFT' >/tmp/x 2>&1 &",
        "setsid sh -c 'LEFT' >/tmp/x 2>&1 &",
        "(setsid sh -c 'LEFT' >/tmp/x 2>&1 &)",
        "(setsid sh -c \"(setsid sh -c 'LEFT' &)\" >/tmp/x 2>&1)",
        "(trap '' TERM HUP INT; setsid sh -c 'LEFT' >/tmp/x 2>&1 &)",
    ];

    private static readonly string[] Kinds = ["groups", "plain", "host processes"];

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Leftovers_of_a_command_end_with_it(
        [ValueSource(nameof(Ways))] string way, [ValueSource(nameof(Kinds))] string kind, [Values] bool beside)
    {
        string mark = $"isolation-{Guid.NewGuid():N}";
        SandboxCommand command = Guest.Shell(
            way.Replace("LEFT", $"{Loop}; : {mark}", StringComparison.Ordinal) + "\necho x");
        await using ISandbox sandbox = await SpecificationOf(kind).CreateAsync();
        await using ISandboxProcess? other = beside
            ? await sandbox.StartAsync(new SandboxCommand("/bin/sleep", "100000"))
            : null;

        // It would live on.
        SandboxResult kept = await sandbox.RunAsync(command with { Leftovers = CommandLeftovers.Keep });
        Assert.That(kept.StandardOutput.Text, Is.EqualTo("x\n"));
        Assert.That(() => Alive(mark), Is.Not.Empty.After((int)Guest.Patience.TotalMilliseconds, 1));
        string ended = $"isolation-{Guid.NewGuid():N}";

        SandboxResult result = await sandbox.RunAsync(
            command with
            {
                Arguments = [.. command.Arguments.Select(text => text.Replace(mark, ended, StringComparison.Ordinal))],
            });

        Assert.That(
            (result.Outcome, result.ExitCode, result.StandardOutput.Text),
            Is.EqualTo((SandboxOutcome.Completed, 0, "x\n")));
        Assert.That(Alive(ended), Is.Empty);

        // In the middle of execve(2), a process has no arguments.
        Assert.That(
            () => Alive(mark), Is.Not.Empty.After((int)Guest.Patience.TotalMilliseconds, 1),
            "A kept leftover outlives another command.");
        Assert.That(other?.WaitForExitAsync().IsCompleted, Is.Not.True);
    }

    [Test]
    public async Task Kept_leftovers_end_with_a_kill_or_on_disposal(
        [ValueSource(nameof(Kinds))] string kind, [Values] bool kill)
    {
        string mark = $"isolation-{Guid.NewGuid():N}";
        await using ISandbox sandbox = await SpecificationOf(kind).CreateAsync();
        ISandboxProcess process = await sandbox.StartAsync(Daemon(mark));
        Assert.That((await process.WaitForExitAsync()).IsSuccess, Is.True);
        Assert.That(() => Alive(mark), Is.Not.Empty.After((int)Guest.Patience.TotalMilliseconds, 1));

        if (kill)
        {
            Assert.That((await process.KillAsync()).IsSuccess, Is.True);
        }
        else
        {
            await process.DisposeAsync();
        }

        Assert.That(Alive(mark), Is.Empty);
        await process.DisposeAsync();
        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }

    [Test]
    public async Task Kept_leftovers_are_held_to_the_limits_of_the_command(
        [ValueSource(nameof(Kinds))] string kind, [Values] bool cpu)
    {
        string mark = $"isolation-{Guid.NewGuid():N}";
        TimeSpan limit = TimeSpan.FromMilliseconds(300);
        FakeTimeProvider clock = new();
        LinuxSandboxProvider provider = cpu ? Guest.Provider : new LinuxSandboxProvider(clock);
        await using ISandbox sandbox = await provider.CreateAsync(SpecificationOf(kind));

        // It takes CPU time, and the clock goes on, only when the command has ended: that has the same limits.
        const string Wait = "while kill -0 $0; do sleep 0.01; done";
        SandboxCommand daemon = Guest.Shell($"(setsid sh -c '{Wait}; {Loop}; : {mark}' $$ >/tmp/x 2>&1 &)") with
        {
            Leftovers = CommandLeftovers.Keep,
        };

        SandboxResult result = await sandbox.RunAsync(
            cpu ? daemon with { CpuTime = limit } : daemon with { WallTime = limit });
        Assert.That(result.IsSuccess, Is.True, result.ToString());
        if (!cpu)
        {
            Assert.That(() => Alive(mark), Is.Not.Empty.After((int)Guest.Patience.TotalMilliseconds, 1));
            clock.Advance(limit);
        }

        Assert.That(() => Alive(mark), Is.Empty.After((int)Guest.Patience.TotalMilliseconds, 5));
    }

    [Test]
    public async Task A_daemon_of_its_own_does_not_keep_a_single_run_up()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Guest.Provider.RunAsync(Guest.Specification(), Daemon("x")));
    }

    [Test]
    public async Task A_loop_in_the_background_has_no_quota_of_a_later_command()
    {
        Groups.Require();
        await using ISandbox sandbox = await Groups.Limited(new SandboxLimits { Cpu = 1, Processes = 16 })
            .CreateAsync();

        SandboxResult first = await sandbox.RunAsync(
            Guest.Shell($"({Loop}) & echo x") with { CpuTime = TimeSpan.FromSeconds(1) });
        SandboxResult second = await sandbox.RunAsync(Guest.Shell("cd /proc; set -- [0-9]*; echo $#"));

        Assert.That((first.Outcome, first.StandardOutput.Text), Is.EqualTo((SandboxOutcome.Completed, "x\n")));
        Assert.That(second.StandardOutput.Text, Is.EqualTo("2\n"));
    }

    // Were they found by recursion, the depth would be the payload's to choose.
    [Test]
    public async Task Thousands_of_processes_each_the_child_of_the_one_before_end_as_well()
    {
        Requires.Root();
        using ForkChain chain = new(3_000, CloneArguments.Vm);
        await using ISandbox deep = await chain.Specification().CreateAsync();
        await using ISandboxProcess neighbour = await deep.StartAsync(chain.Waiter);
        await using ISandboxProcess process = await deep.StartAsync(
            chain.Command with { StandardOutput = OutputTarget.Pipe });
        await process.StandardOutput!.ReadExactlyAsync(new byte[8]);
        Assert.That(HostProcess.InPidNamespaceOf(deep.ProcessId), Has.Length.GreaterThan(3_000));

        SandboxResult result = await process.KillAsync();

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        Assert.That(neighbour.WaitForExitAsync().IsCompleted, Is.False);
        Assert.That(HostProcess.InPidNamespaceOf(deep.ProcessId).Count(HostProcess.IsAlive), Is.EqualTo(2));
    }

    private static SandboxCommand Daemon(string mark) =>
        Guest.Shell($"(setsid sh -c '{Loop}; : {mark}' >/tmp/x 2>&1 &)") with { Leftovers = CommandLeftovers.Keep };

    private static int[] Alive(string mark) => [.. HostProcess.WithArgument(mark).Where(HostProcess.IsAlive)];

    private static SandboxSpecification SpecificationOf(string kind)
    {
        switch (kind)
        {
            case "groups":
                Groups.Require();
                return Groups.Limited(new SandboxLimits { Processes = 64, Memory = 256 << 20 });
            case "plain":
                return Guest.Specification();
            default:
                SandboxSpecification specification = new()
                {
                    Mounts = [.. Guest.Programs, new FileEntry("/dev/null", ReadOnlyMemory<byte>.Empty),
                        new TemporaryMount("/tmp")],
                };
                return specification with { Namespaces = specification.Namespaces with { Pid = NamespaceSource.Host } };
        }
    }
}
