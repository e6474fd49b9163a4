using Isolation.IntegrationTests.Robustness;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Commands;

/// <summary>A command becomes the first process of its sandbox.</summary>
public sealed class RoleTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task It_is_process_1_and_its_exit_code_is_the_result([Values] bool once)
    {
        SandboxResult result = await RunAsync(
            once, Guest.Shell("echo $$; cat /proc/1/comm; ls /proc/1/fd; exit 7"));

        // The listing of ls itself is of another process; process 1 has the three streams only.
        Assert.That((result.Outcome, result.ExitCode), Is.EqualTo((SandboxOutcome.Completed, 7)));
        Assert.That(result.StandardOutput.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo((string[])["1", "sh", "0", "1", "2"]));
        Assert.That(result.WallTime, Is.GreaterThan(TimeSpan.Zero));
        Assert.That(result.PeakMemory, Is.GreaterThan(0));
    }

    [Test]
    public async Task The_limit_of_wall_time_holds_in_a_joined_time_namespace()
    {
        Requires.Root();
        await using ISandbox donor = await (Guest.Specification() with
        {
            Namespaces = NamespaceSet.NewOnly(Namespaces.All),
            TimeOffsets = new(TimeSpan.FromDays(3), TimeSpan.FromDays(3)),
        }).CreateAsync();
        SandboxSpecification joining = new()
        {
            Mounts = Guest.Programs,
            Namespaces = new NamespaceSet
            {
                User = NamespaceSource.Host,
                Time = NamespaceSource.OfProcess(donor.ProcessId),
            },
        };

        SandboxResult result = await Guest.Provider.RunAsync(
            joining, AsInit(Guest.Shell("exec sleep 100000") with { WallTime = TimeSpan.FromMilliseconds(500) }));

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
        Assert.That(result.WallTime, Is.InRange(TimeSpan.FromMilliseconds(400), Guest.Patience));
    }

    [Test]
    public async Task A_child_is_not_process_1([Values] bool once)
    {
        SandboxResult result = await RunAsync(once, Guest.Shell("echo $$"), CommandRole.Child);

        Assert.That(result.StandardOutput.Text, Is.Not.EqualTo("1\n"));
    }

    [Test]
    public async Task A_program_that_does_not_exist_is_reported([Values] bool once, [Values] bool inPath)
    {
        SandboxException failure = (await Assert.ThrowsAsync<SandboxException>(
            () => RunAsync(once, new SandboxCommand(inPath ? "no-such-program" : "/no/such/program"))))!;

        Assert.That(failure.ErrorName, Is.EqualTo("ENOENT"));
        Assert.That(failure.Message, Does.Contain("no/such/program").Or.Contain("no-such-program"));
    }

    [Test]
    public async Task A_directory_that_does_not_exist_is_reported([Values] bool once)
    {
        SandboxException failure = (await Assert.ThrowsAsync<SandboxException>(
            () => RunAsync(once, Guest.Shell("exit 0") with { WorkingDirectory = "/no/such/directory" })))!;

        Assert.That((failure.ErrorName, failure.Target), Is.EqualTo(("ENOENT", "/no/such/directory")));
    }

    [Test]
    public async Task An_exit_code_that_is_an_error_number_is_no_failed_start()
    {
        SandboxResult result = await RunAsync(once: true, Guest.Shell("exit 2"));

        Assert.That(result.ExitCode, Is.EqualTo(2));
    }

    [Test]
    public async Task A_signal_without_a_handler_is_ignored_and_a_kill_is_not()
    {
        await using ISandbox sandbox = await Guest.Provider.CreateAsync(Guest.Specification());
        await using ISandboxProcess process = await sandbox.StartAsync(
            AsInit(Guest.Shell("sleep 100000 & exec cat")) with
            {
                StandardInput = InputSource.Pipe,
                StandardOutput = OutputTarget.Pipe,
            });

        // The shell has a handler for SIGINT; the answer shows that it has been replaced.
        await process.StandardInput!.WriteAsync("up\n"u8.ToArray());
        await process.StandardInput.FlushAsync();
        byte[] up = new byte[3];
        await process.StandardOutput!.ReadExactlyAsync(up);
        int[] all = HostProcess.InPidNamespaceOf(sandbox.ProcessId);

        await process.SendSignalAsync(UnixSignal.SIGTERM);
        await process.SendSignalAsync(UnixSignal.SIGINT);
        Assert.That(HostProcess.IsAlive(sandbox.ProcessId));
        SandboxResult result = await process.KillAsync();

        Assert.That((all.Length, process.Id), Is.EqualTo((2, 1)));
        Assert.That((result.Outcome, result.Signal), Is.EqualTo((SandboxOutcome.Canceled, UnixSignal.SIGKILL)));
        Assert.That(all.Where(HostProcess.IsAlive), Is.Empty);
        await sandbox.Ended.WaitAsync(Guest.Patience);
    }

    [Test]
    public async Task A_handler_gets_the_signal()
    {
        await using ISandbox sandbox = await Guest.Provider.CreateAsync(Guest.Specification());
        await using ISandboxProcess process = await sandbox.StartAsync(AsInit(
            Guest.Shell("trap 'exit 5' TERM; echo up; while :; do read line; done") with
            {
                StandardInput = InputSource.Pipe,
                StandardOutput = OutputTarget.Pipe,
            }));
        byte[] up = new byte[3];
        await process.StandardOutput!.ReadExactlyAsync(up);

        SandboxResult result = await process.StopAsync(Guest.Patience);

        Assert.That(result.ExitCode, Is.EqualTo(5));
    }

    [Test]
    public async Task Limits_of_time_apply([Values] bool once)
    {
        SandboxResult result = await RunAsync(
            once, Guest.Shell("exec sleep 100000") with { WallTime = TimeSpan.FromMilliseconds(300) });

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
    }

    [Test]
    public async Task It_is_the_last_command_of_its_sandbox()
    {
        await using ISandbox sandbox = await Guest.Provider.CreateAsync(Guest.Specification());
        Assert.That(await sandbox.OutputAsync("echo before"), Is.EqualTo("before"));
        await using ISandboxProcess process = await sandbox.StartAsync(AsInit(Guest.Shell("exec sleep 100000")));

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => sandbox.RunAsync(Guest.Shell("echo after"))))!;

        Assert.That(refusal.Message, Does.Contain("has taken the place of its first process"));
    }

    [Test]
    public async Task It_does_not_start_beside_others()
    {
        await using ISandbox sandbox = await Guest.Provider.CreateAsync(Guest.Specification());
        await using ISandboxProcess other = await sandbox.StartAsync(Guest.Shell("exec sleep 100000"));

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => sandbox.RunAsync(AsInit(Guest.Shell("exit 0")))))!;

        Assert.That(refusal.Message, Does.Contain("other commands are running"));
        Assert.That(await sandbox.OutputAsync("echo goes on"), Is.EqualTo("goes on"));
    }

    [Test]
    public async Task The_filter_and_the_limits_of_the_specification_apply()
    {
        SandboxSpecification specification = Guest.Specification() with
        {
            SystemCalls = SystemCallFilter.Default,
            Limits = Environment.IsPrivilegedProcess ? new SandboxLimits { Processes = 8 } : null,
        };
        SandboxResult result = await Guest.Provider.RunAsync(
            specification, AsInit(Guest.Shell("grep -E '^(Seccomp|NoNewPrivs|CapEff):' /proc/1/status")));

        Assert.That(result.StandardOutput.Text, Does.Contain("Seccomp:\t2").And.Contain("NoNewPrivs:\t1")
            .And.Contain("CapEff:\t0000000000000000"));
        Assert.That(result.Usage, Is.Not.Null);
    }

    [Test]
    public async Task It_ends_with_a_killed_application()
    {
        using Robustness.HostProgram host = Robustness.HostProgram.Start("hold-init");
        string[] lines = await host.ReadUntilAsync("ready");
        int[] pidfds = [.. Processes.Descendants(host.ProcessId).Select(Processes.Open)];
        Assert.That(lines, Has.Some.StartsWith("init "));

        host.Kill();

        Assert.That(pidfds, Has.Length.GreaterThanOrEqualTo(2));
        Assert.That(pidfds.Count(pidfd => !Processes.HasEnded(pidfd)), Is.Zero);
    }

    private static SandboxCommand AsInit(SandboxCommand command) => command with { Role = CommandRole.Init };

    private static async Task<SandboxResult> RunAsync(
        bool once, SandboxCommand command, CommandRole role = CommandRole.Init)
    {
        command = command with { Role = role };
        if (once)
        {
            return await Guest.Provider.RunAsync(Guest.Specification(), command);
        }

        await using ISandbox sandbox = await Guest.Provider.CreateAsync(Guest.Specification());
        return await sandbox.RunAsync(command);
    }
}
