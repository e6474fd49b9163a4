using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Sandboxes;

/// <summary>A start that something holds up ends in time, and holds nobody else up.</summary>
public sealed class StartTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    /// <summary>Stops whatever has the next process numbers, again and again, as <c>stopper2</c> does.</summary>
    private const string Stopper = """
        import os,signal
        print('up', flush=True)
        while True:
            for pid in range(2, 400):
                if pid == os.getpid(): continue
                try:
                    name = open(f'/proc/{pid}/comm','rb').read()
                    if name.startswith((b'isolation', b'run-')): os.kill(pid, signal.SIGSTOP)
                except OSError: pass
        """;

    /// <summary>
    /// Copies a program and holds a write lease on the copy: executing it waits for the holder, for
    /// /proc/sys/fs/lease-break-time.
    /// </summary>
    private const string Leaser = """
        import fcntl,os,shutil,signal
        shutil.copy('/bin/true', '/tmp/program')
        os.chmod('/tmp/program', 0o755)
        file = os.open('/tmp/program', os.O_RDWR)
        signal.signal(signal.SIGIO, signal.SIG_IGN)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        print('up', flush=True)
        signal.pause()
        """;

    [SetUp]
    public void SetUp()
    {
        Requires.UserNamespaces();
        Guest.RequirePython();
    }

    [Test]
    public async Task A_program_under_lease_times_out_and_others_go_on([Values] bool groups)
    {
        await using ISandbox sandbox = await CreateAsync(groups);
        await using ISandboxProcess leaser = await HoldAsync(sandbox, Leaser);

        Task<SandboxResult> held = sandbox.RunAsync(new SandboxCommand("/tmp/program") { WallTime = Short });
        string meanwhile = await sandbox.OutputAsync("echo meanwhile");
        SandboxResult result = await held;

        Assert.That(meanwhile, Is.EqualTo("meanwhile"));
        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.StartTimedOut));
        Assert.That((result.WallTime, result.ExitCode), Is.EqualTo((TimeSpan.Zero, (int?)null)));
        Assert.That(await sandbox.OutputAsync("echo after"), Is.EqualTo("after"));
    }

    [Test]
    public async Task A_start_that_is_held_up_can_be_canceled([Values] bool groups)
    {
        await using ISandbox sandbox = await CreateAsync(groups);
        await using ISandboxProcess leaser = await HoldAsync(sandbox, Leaser);
        using CancellationTokenSource cancellation = new();

        Task<SandboxResult> held = sandbox.RunAsync(
            new SandboxCommand("/tmp/program") { StartTimeout = TimeSpan.FromHours(1) }, cancellation.Token);
        Assert.That(await sandbox.OutputAsync("echo meanwhile"), Is.EqualTo("meanwhile"));
        await cancellation.CancelAsync();

        Assert.That((await held.WaitAsync(Guest.Patience)).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
    }

    // By a payload of the same user and without the signal scope of Landlock; with it there is nobody whom it could
    // stop.
    [Test]
    public async Task A_neighbour_that_stops_starting_processes_hangs_nobody([Values] bool groups)
    {
        await using ISandbox sandbox = await CreateAsync(groups);
        await using ISandboxProcess stopper = await HoldAsync(sandbox, Stopper);

        for (int i = 0; i < 3; i++)
        {
            SandboxResult result = await sandbox.RunAsync(new SandboxCommand("/bin/true") { WallTime = Short })
                .WaitAsync(Guest.Patience);
            Assert.That(
                result.Outcome, Is.AnyOf(
                    SandboxOutcome.Completed, SandboxOutcome.StartTimedOut, SandboxOutcome.WallTimeExceeded));
        }

        await stopper.KillAsync().WaitAsync(Guest.Patience);
        Assert.That(await sandbox.OutputAsync("echo after"), Is.EqualTo("after"));
    }

    [Test]
    public async Task A_single_run_of_a_program_under_lease_times_out_as_well()
    {
        using HostDirectory shared = new();
        File.SetUnixFileMode(shared.Path, (UnixFileMode)0b111_111_111);
        SandboxSpecification specification = Guest.Specification(
            new BindMount(shared.Path, "/shared") { Access = MountAccess.ReadWrite, Options = MountOptions.None });
        await using ISandbox holder = await specification.AsRoot().CreateAsync();
        await using ISandboxProcess leaser = await HoldAsync(
            holder, Leaser.Replace("/tmp/", "/shared/", StringComparison.Ordinal));

        SandboxResult result = await Guest.Provider.RunAsync(
            specification, new SandboxCommand("/shared/program") { WallTime = Short }).WaitAsync(Guest.Patience);

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.StartTimedOut));
    }

    [Test]
    public async Task A_start_has_its_time_whatever_the_time_of_the_command()
    {
        SandboxResult result = await Guest.Provider.RunAsync(
            Guest.Specification(),
            new SandboxCommand("/bin/sleep", "100000")
            {
                StartTimeout = TimeSpan.FromMilliseconds(1),
                WallTime = TimeSpan.FromMilliseconds(700),
            });

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
    }

    private static Task<ISandbox> CreateAsync(bool groups)
    {
        if (groups)
        {
            Groups.Require();
        }

        return (groups ? Groups.Limited(new SandboxLimits { Processes = 64 }) : Guest.Specification()).CreateAsync();
    }

    private static async Task<ISandboxProcess> HoldAsync(ISandbox sandbox, string script)
    {
        ISandboxProcess process = await sandbox.StartAsync(
            Guest.Python(script) with { StandardOutput = OutputTarget.Pipe, Leftovers = CommandLeftovers.Keep });
        await process.StandardOutput!.ReadExactlyAsync(new byte[3]);
        return process;
    }
}
