using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Interaction;

/// <summary>Two sandboxed programs that talk to each other, whatever either of them does.</summary>
public sealed class InteractiveRunTests
{
    /// <summary>Knows a number from 1 to 1000 and tells whether a guess is lower or higher.</summary>
    private const string Judge = "number=417; while read -r guess; do if test $guess -lt $number; then echo higher; "
        + "elif test $guess -gt $number; then echo lower; else echo right; exit 0; fi; done; exit 1";

    private const string Guesser =
        "low=1; high=1000; while :; do guess=$(((low + high) / 2)); echo $guess; read -r answer || exit 9; case "
        + "$answer in higher) low=$((guess + 1)) ;; lower) high=$((guess - 1)) ;; *) exit 0 ;; esac; done";

    private static readonly SandboxSpecification Specification = Guest.Specification();
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_game_of_guesses()
    {
        InteractiveResult result = await Run(Guesser, Judge).RunAsync();

        Assert.Multiple(() =>
        {
            Assert.That(result.IsSuccess, Is.True);
            Assert.That(result.HaveBothWaited, Is.False);
            Assert.That(
                string.Concat(result.Transcript.Take(3).Select(message => $"{message.From} {message.Text}")),
                Is.EqualTo("Solution 500\nInteractor lower\nSolution 250\n"));
            Assert.That(result.Transcript.Select(message => message.Time), Is.Ordered);
            Assert.That(result.Transcript[^1].Text, Is.EqualTo("right\n"));
            Assert.That(
                result.Transcript.Where(message => message.From == InteractiveRole.Solution)
                .Sum(message => message.Bytes.Length), Is.EqualTo(result.SolutionBytes));
        });
    }

    [Test]
    public async Task In_sandboxes_that_are_up_and_again()
    {
        await using ISandbox one = await Specification.CreateAsync(), other = await Specification.CreateAsync();
        InteractiveRun run = new InteractiveRun().WithSolution(one, Script(Guesser))
            .WithInteractor(other, Script(Judge)).WithWallTime(Guest.Patience);

        for (int i = 0; i < 5; i++)
        {
            Assert.That((await run.RunAsync()).IsSuccess, Is.True);
        }
    }

    [Test]
    public async Task A_solution_that_ends_is_the_end_of_input_for_the_interactor()
    {
        InteractiveResult result = await Run("exit 3", Judge).RunAsync();

        Assert.That(
            (result.Solution.ExitCode, result.Interactor.ExitCode, result.FirstToLeave),
            Is.EqualTo((3, 1, InteractiveRole.Solution)));
    }

    [Test]
    public async Task An_interactor_that_ends_is_the_end_of_input_for_the_solution()
    {
        InteractiveResult result = await Run(Guesser, "exit 4").RunAsync();

        Assert.That(result.FirstToLeave, Is.EqualTo(InteractiveRole.Interactor));
        Assert.That(result.Interactor.ExitCode, Is.EqualTo(4));
        Assert.That(result.Solution.ExitCode == 9
            || result.Solution.Signal == UnixSignal.SIGPIPE, Is.True, $"{result.Solution}");
    }

    [Test]
    public async Task Writing_to_a_program_that_has_ended_raises_SIGPIPE()
    {
        InteractiveResult result = await Run("exec cat /dev/zero", "head -c 10 >/dev/null; exit 4").RunAsync();

        Assert.That(
            (result.Solution.Signal, result.Interactor.ExitCode, result.FirstToLeave),
            Is.EqualTo((UnixSignal.SIGPIPE, 4, InteractiveRole.Interactor)));
    }

    [TestCase("read -r line", "read -r line", TestName = "Both_wait_to_hear_something")]
    [TestCase("cat /dev/zero", "cat /dev/zero", TestName = "Both_wait_to_be_heard")]
    public async Task A_deadlock_is_said_to_be_one(string solution, string interactor)
    {
        InteractiveResult result = await Run(solution, interactor).WithWallTime(Short).RunAsync();

        Assert.That(result.HaveBothWaited, Is.True);
        Assert.That(
            (result.FirstToLeave == InteractiveRole.Solution ? result.Solution : result.Interactor).Outcome,
            Is.EqualTo(SandboxOutcome.WallTimeExceeded));
    }

    [Test]
    public async Task One_that_computes_for_too_long_is_no_deadlock()
    {
        // The computing program gets enough wall time to use up its CPU time, even on a busy machine.
        SandboxCommand busy = Script("while :; do :; done") with { CpuTime = TimeSpan.FromSeconds(0.3) };
        InteractiveResult result = await Run("", "read -r line").WithSolution(Guest.Provider, Specification, busy)
            .RunAsync();

        Assert.That(
            (result.Solution.Outcome, result.FirstToLeave, result.HaveBothWaited),
            Is.EqualTo((SandboxOutcome.CpuTimeExceeded, InteractiveRole.Solution, false)));
        Assert.That(result.Interactor.ExitCode, Is.EqualTo(1), "read tells the end of input");
    }

    [Test]
    public async Task A_flood_is_ended_and_the_other_reads_what_was_allowed()
    {
        InteractiveResult result = await Run("exec cat /dev/zero", "wc -c >&2").WithOutputLimit(1_000_000).RunAsync();

        Assert.Multiple(() =>
        {
            Assert.That(
                (result.Solution.Outcome, result.SolutionBytes, result.FirstToLeave),
                Is.EqualTo((SandboxOutcome.OutputExceeded, 1_000_000, InteractiveRole.Solution)));
            Assert.That(result.Interactor.StandardError.Text.Trim(), Is.EqualTo("1000000"));
            Assert.That(result.IsTranscriptTruncated, Is.True);
            Assert.That(result.Transcript.Sum(message => message.Bytes.Length), Is.EqualTo(64 << 10));
        });
    }

    [Test]
    public async Task Many_small_messages_take_no_more_memory_than_the_transcript_may()
    {
        InteractiveResult result = await Run(
            "i=0; while test $i -lt 1000; do echo; read -r line; i=$((i + 1)); done",
            "while read -r line; do echo; done").WithTranscript(6400).RunAsync();

        Assert.That(
            (result.IsSuccess, result.Transcript.Length, result.IsTranscriptTruncated, result.SolutionBytes),
            Is.EqualTo((true, 100, true, 1000)));
    }

    [Test]
    public async Task A_program_that_is_killed_by_a_signal_leaves_first()
    {
        InteractiveResult result = await Run("echo 500; read -r line; kill -SEGV $$", Judge).RunAsync();

        Assert.That(
            (result.Solution.Signal, result.Interactor.ExitCode, result.FirstToLeave),
            Is.EqualTo((UnixSignal.SIGSEGV, 1, InteractiveRole.Solution)));
    }

    [Test]
    public async Task A_program_that_goes_on_is_ended_after_the_grace_period()
    {
        InteractiveResult result = await Run("sleep 100000", "exit 0").WithGrace(TimeSpan.FromMilliseconds(50))
            .RunAsync();

        Assert.That(
            (result.Solution.Outcome, result.Interactor.IsSuccess, result.HaveBothWaited),
            Is.EqualTo((SandboxOutcome.Canceled, true, false)));
    }

    [Test]
    public async Task A_leftover_that_holds_the_pipes_does_not_delay_the_other_program()
    {
        InteractiveResult result = await Run("sleep 100000 & exit 0", "cat >/dev/null; exit 5").RunAsync();

        Assert.That((result.Solution.ExitCode, result.Interactor.ExitCode), Is.EqualTo((0, 5)));
    }

    [Test]
    public async Task A_program_that_cannot_be_started_leaves_nothing_running()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        InteractiveRun run = new InteractiveRun()
            .WithSolution(sandbox, Script("exec sleep 100000"))
            .WithInteractor(sandbox, new SandboxCommand("/no/such/program"))
            .WithWallTime(Guest.Patience);

        Assert.That(
            async () => await run.RunAsync(), Throws.InstanceOf<SandboxException>().With.Property(
                nameof(SandboxException.ErrorName)).EqualTo("ENOENT"));
        Assert.That(HostProcess.Children(sandbox.ProcessId), Is.Empty);
    }

    [Test]
    public async Task Canceling_ends_both()
    {
        using CancellationTokenSource canceled = new();
        await using ISandbox one = await Specification.CreateAsync(), other = await Specification.CreateAsync();
        Task<InteractiveResult> run = new InteractiveRun()
            .WithSolution(one, Script("exec sleep 100000")).WithInteractor(other, Script("exec sleep 100000"))
                .WithWallTime(Guest.Patience).RunAsync(canceled.Token);
        while (HostProcess.Children(other.ProcessId).Length == 0 || HostProcess.Children(one.ProcessId).Length == 0)
        {
            await Task.Yield();
        }

        await canceled.CancelAsync();

        try
        {
            InteractiveResult result = await run.WaitAsync(Guest.Patience);
            Assert.That(
                (result.Solution.Outcome, result.Interactor.Outcome),
                Is.EqualTo((SandboxOutcome.Canceled, SandboxOutcome.Canceled)));
        }
        catch (OperationCanceledException)
        {
            // The process is seen a moment before StartAsync has returned.
        }

        Assert.That(HostProcess.Children(one.ProcessId), Is.Empty);
        Assert.That(HostProcess.Children(other.ProcessId), Is.Empty);
    }

    private static SandboxCommand Script(string script) => new("/bin/sh", "-c", script);

    private static InteractiveRun Run(string solution, string interactor) => new InteractiveRun()
        .WithSolution(Guest.Provider, Specification, Script(solution))
        .WithInteractor(Guest.Provider, Specification, Script(interactor))
        .WithWallTime(Guest.Patience);
}
