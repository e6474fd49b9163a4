using Isolation.Linux;
using Isolation.TestHost;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>Payloads that do all they can to stay.</summary>
public sealed class HostilePayloadTests
{
    private static readonly string[] Kinds =
        ["double fork", "deaf", "stopped", "closed", "talkative", "kills all", "forks for ever", "lives on in daemons",
            "does not read"];

    private static LinuxSandboxProvider Provider => LinuxSandboxProvider.Default;

    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task A_kill_ends_it([ValueSource(nameof(Kinds))] string kind)
    {
        HostState before = await WarmAsync();
        await using (ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard))
        {
            await using ISandboxProcess process = await StartAsync(sandbox, kind);

            SandboxResult result = await process.KillAsync();

            Assert.That(result, Has.Property(nameof(result.Outcome)).EqualTo(SandboxOutcome.Canceled));
            Assert.That(result.Signal, Is.EqualTo(UnixSignal.SIGKILL));
            Assert.That(() => Survivors(sandbox), Is.Empty.After(60_000, 5));
            (await sandbox.RunAsync(new SandboxCommand("/bin/true"))).EnsureSuccess();
        }

        HostState.Capture().HasNothingMoreThan(before, 100);
    }

    [Test]
    public async Task Disposing_the_sandbox_ends_it([ValueSource(nameof(Kinds))] string kind)
    {
        HostState before = await WarmAsync();
        ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard);
        ISandboxProcess process = await StartAsync(sandbox, kind);
        string name = Processes.Namespace(sandbox.ProcessId, "pid")!;

        await sandbox.DisposeAsync();

        Assert.That((await process.WaitForExitAsync()).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        Assert.That(Processes.InNamespace("pid", name), Is.Empty);
        await process.DisposeAsync();
        HostState.Capture().HasNothingMoreThan(before, 100);
    }

    // The limit passes while the payload does its worst; that it is short makes no difference to what must come out.
    [Test]
    public async Task Its_wall_time_ends_it([ValueSource(nameof(Kinds))] string kind)
    {
        HostState before = await WarmAsync();
        SandboxCommand command = Payload(kind) with
        {
            WallTime = TimeSpan.FromMilliseconds(300),
            StandardOutput = OutputTarget.ToStream(Stream.Null),
        };

        SandboxResult alone = await Provider.RunAsync(TestSandboxes.Standard, command);
        SandboxResult inSandbox;
        await using (ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard))
        {
            inSandbox = await sandbox.RunAsync(command);
            Assert.That(() => Survivors(sandbox), Is.Empty.After(60_000, 5));
        }

        Assert.That(alone.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
        Assert.That(inSandbox.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
        HostState.Capture().HasNothingMoreThan(before, 100);
    }

    [Test]
    public async Task Canceling_ends_a_one_shot([ValueSource(nameof(Kinds))] string kind)
    {
        HostState before = await WarmAsync();
        using CancellationTokenSource cancel = new();
        using FirstByte first = new();
        Task<SandboxResult> running = Provider.RunAsync(
            TestSandboxes.Standard, Payload(kind) with { StandardOutput = OutputTarget.ToStream(first) }, cancel.Token);
        await Task.WhenAny(first.Written, running);

        await cancel.CancelAsync();

        Assert.That((await running).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        HostState.Capture().HasNothingMoreThan(before, 100);
    }

    [Test]
    public async Task Output_without_end_ends_at_its_limit()
    {
        SandboxCommand command = TestSandboxes.Shell(
            "trap '' TERM PIPE; yes & yes") with
        { StandardOutput = OutputTarget.Capture(100_000) };

        SandboxResult result = await Provider.RunAsync(TestSandboxes.Standard, command);

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.OutputExceeded));
        Assert.That(result.StandardOutput.Bytes.Length, Is.EqualTo(100_000));
    }

    // A terminal, say: its reads cannot be canceled, and may block the thread that begins them.
    [Test]
    public async Task Input_that_cannot_be_canceled_holds_up_neither_start_nor_end([Values] bool blocks)
    {
        using NeverRead input = new(blocks);
        SandboxCommand command = TestSandboxes.Shell("exit 5") with { StandardInput = InputSource.FromStream(input) };
        await using ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard);

        SandboxResult[] results = [await Provider.RunAsync(TestSandboxes.Standard, command),
            await sandbox.RunAsync(command)];

        Assert.That(results.Select(result => result.ExitCode), Is.All.EqualTo(5));
    }

    // A command in the same sandbox is not harmed unless it has the same user: such commands may kill each other.
    [Test]
    public async Task A_bad_command_is_killed_beside_a_good_one([ValueSource(nameof(Kinds))] string kind)
    {
        if (kind == "kills all")
        {
            Requires.Root();
        }

        await using ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard);
        await using ISandboxProcess good = await sandbox.StartAsync(
            new SandboxCommand("/bin/cat") { StandardInput = InputSource.Pipe, StandardOutput = OutputTarget.Pipe });
        SandboxUser other = kind == "kills all" ? new SandboxUser(1001, 1001) : TestSandboxes.Standard.User;
        await using (ISandboxProcess bad = await StartAsync(sandbox, kind, other))
        {
            SandboxResult result = await bad.KillAsync();
            Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        }

        Assert.That(() => Survivors(sandbox), Has.Length.EqualTo(1).After(60_000, 5));
        good.StandardInput!.WriteByte(66);
        await good.StandardInput.FlushAsync();
        Assert.That(good.StandardOutput!.ReadByte(), Is.EqualTo(66));
        await good.StandardInput.DisposeAsync();
        (await good.WaitForExitAsync()).EnsureSuccess();
    }

    [Test]
    public async Task A_canceled_run_is_killed_beside_a_good_one_with_what_left_its_session()
    {
        await using ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard);
        await using ISandboxProcess good = await sandbox.StartAsync(
            new SandboxCommand("/bin/cat") { StandardInput = InputSource.Pipe });
        using CancellationTokenSource cancel = new();
        using FirstByte first = new();
        Task<SandboxResult> running = sandbox.RunAsync(
            Payload("double fork") with { StandardOutput = OutputTarget.ToStream(first) }, cancel.Token);
        await first.Written;

        await cancel.CancelAsync();

        Assert.That((await running).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        Assert.That(() => Survivors(sandbox), Has.Length.EqualTo(1).After(60_000, 5));
    }

    // A kill that must not hit a command that is being started at the same moment.
    [Test]
    public async Task Commands_that_begin_while_others_are_killed_are_not_hit()
    {
        await using ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard);
        for (int round = 0; round < 50; round++)
        {
            await using ISandboxProcess victim = await sandbox.StartAsync(TestSandboxes.Shell("sleep 100000"));
            Task<SandboxResult> killed = Task.Run(() => victim.KillAsync());
            SandboxResult[] good = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(_ => Task.Run(() => sandbox.RunAsync(TestSandboxes.Shell("exit 9")))));

            Assert.That(good.Select(result => result.ExitCode), Is.All.EqualTo(9));
            Assert.That((await killed).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        }
    }

    [Test]
    public async Task Hundreds_of_commands_at_once_in_one_sandbox_all_end()
    {
        await using ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard);

        SandboxResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 600).Select(
                number => Task.Run(
                    () => sandbox.RunAsync(
                        new SandboxCommand("/bin/true")
                        {
                            StandardOutput = OutputTarget.Null,
                            StandardError = OutputTarget.Null,
                        }))));

        Assert.That(results, Has.All.Property(nameof(SandboxResult.IsSuccess)).True);
    }

    [Test]
    public async Task Several_at_once_in_sandboxes_of_their_own()
    {
        HostState before = await WarmAsync();
        ISandbox[] sandboxes = await Task.WhenAll(Kinds.Select(_ => Provider.CreateAsync(TestSandboxes.Standard)));
        ISandboxProcess[] processes = await Task.WhenAll(
            Kinds.Zip(sandboxes, (kind, sandbox) => StartAsync(sandbox, kind)));

        // Every other one is killed, the rest go with their sandboxes.
        SandboxResult[] killed = await Task.WhenAll(
            processes.Where((_, number) => number % 2 == 0).Select(process => process.KillAsync()));
        await Task.WhenAll(sandboxes.Select(sandbox => sandbox.DisposeAsync().AsTask()));
        SandboxResult[] all = await Task.WhenAll(processes.Select(process => process.WaitForExitAsync()));
        await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));

        Assert.That(killed.Concat(all).Select(result => result.Outcome), Is.All.EqualTo(SandboxOutcome.Canceled));
        HostState.Capture().HasNothingMoreThan(before, 100);
    }

    private static async Task<HostState> WarmAsync()
    {
        await using (ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard))
        {
            await using ISandboxProcess process = await StartAsync(sandbox, "deaf");
            await process.KillAsync();
        }

        return HostState.Capture();
    }

    private static SandboxCommand Payload(string kind) => kind switch
    {
        "double fork" =>
            TestSandboxes.Shell(
                "setsid sh -c 'trap \"\" HUP TERM; setsid sleep 100000 & sleep 100000 & wait' & echo up; sleep 100000"),
        "deaf" =>
            TestSandboxes.Shell("trap '' HUP INT QUIT TERM PIPE USR1 USR2; echo up; while :; do sleep 100000; done"),
        "stopped" => TestSandboxes.Shell("echo up; kill -STOP $$"),
        "closed" => TestSandboxes.Shell("echo up; exec <&- >&- 2>&-; exec sleep 100000"),
        "talkative" => TestSandboxes.Shell("echo up; exec yes"),
        "kills all" =>
            TestSandboxes.Shell(
                "echo up; trap '' TERM; while :; do kill -9 -1; kill -9 1; kill -STOP 1; sleep 1; done 2>/dev/null"),
        "forks for ever" => TestSandboxes.ForkBomb("echo up;"),
        "lives on in daemons" => TestSandboxes.Shell(
            "for i in 1 2 3; do setsid sh -c 'sleep 100000 & sleep 100000' </dev/null >/dev/null 2>&1 & done; echo up; "
                + "sleep 100000"),
        "does not read" =>
            TestSandboxes.Shell("echo up; sleep 100000") with { StandardInput = InputSource.FromStream(new Endless()) },
        _ => throw new ArgumentException(kind),
    };

    private static async Task<ISandboxProcess> StartAsync(ISandbox sandbox, string kind, SandboxUser? user = null)
    {
        ISandboxProcess process = await sandbox.StartAsync(
            Payload(kind) with { StandardOutput = OutputTarget.Pipe, User = user });
        await process.StandardOutput!.ReadExactlyAsync(new byte[3]);
        return process;
    }

    /// <summary>
    /// Gets the processes in a sandbox other than its init. Killed processes may outlive the command for a moment.
    /// </summary>
    private static int[] Survivors(ISandbox sandbox) =>
        [.. Processes.Descendants(sandbox.ProcessId).Where(process => !Processes.HasExited(process))];
}
