using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.Core.Tests.Interaction;

public sealed class InteractiveRunTests
{
    private static readonly SandboxSpecification Plain = new();
    private static readonly SandboxCommand Solution = new("solution");
    private static readonly SandboxCommand Interactor = new("interactor");

    [Test]
    public async Task Each_hears_what_the_other_says()
    {
        FakeSandboxProvider provider = Provider(
            async (context, token) => await AskAsync(context, "one", token) == "ONE"
                ? FakeExit.Success
                : FakeExit.WithCode(1),
            AnswerAsync);

        InteractiveResult result = await Run(provider).RunAsync();

        Assert.That(result.IsSuccess, Is.True);
        Assert.That(
            result.Transcript.Select(message => (message.From, message.Text)), Is.EqualTo(
                ((InteractiveRole, string)[])[(InteractiveRole.Solution, "one"), (InteractiveRole.Interactor, "ONE")]));
        Assert.That(
            (result.SolutionBytes, result.InteractorBytes, result.IsTranscriptTruncated), Is.EqualTo((3, 3, false)));
    }

    [Test]
    public async Task The_end_of_one_program_is_the_end_of_input_for_the_other()
    {
        FakeSandboxProvider provider = Provider((_, _) => Task.FromResult(FakeExit.WithCode(7)), AnswerAsync);

        InteractiveResult result = await Run(provider).RunAsync();

        Assert.That(
            (result.Solution.ExitCode, result.Interactor.ExitCode, result.FirstToLeave),
            Is.EqualTo((7, 0, InteractiveRole.Solution)));
        Assert.That(result.IsSuccess, Is.False);
    }

    [Test]
    public async Task Sandboxes_that_are_made_for_the_run_are_disposed_and_others_are_not()
    {
        FakeSandboxProvider provider = Provider((_, _) => Task.FromResult(FakeExit.Success), AnswerAsync);
        await using ISandbox kept = await provider.CreateAsync(Plain);

        await Run(provider).WithSolution(kept, Solution).RunAsync();

        Assert.That(provider.Sandboxes.Select(sandbox => sandbox.IsDisposed), Is.EqualTo((bool[])[false, true]));
    }

    [Test]
    public async Task Time_and_direction_are_written_down_up_to_a_limit()
    {
        FakeSandboxProvider provider = Provider(
            async (context, token) =>
            {
                for (int i = 0; i < 10; i++)
                {
                    await AskAsync(context, "ab", token);
                }

                return FakeExit.Success;
            },
            AnswerAsync);

        InteractiveResult some = await Run(provider).WithTranscript((3 * 64) + 1).RunAsync();
        InteractiveResult none = await Run(provider).WithTranscript(0).RunAsync();

        Assert.That(some.Transcript.Select(message => message.Text), Is.EqualTo((string[])["ab", "AB", "ab", "A"]));
        Assert.That(some.Transcript.Select(message => message.Time), Is.Ordered);
        Assert.That((some.IsTranscriptTruncated, some.SolutionBytes), Is.EqualTo((true, 20)));
        Assert.That((none.Transcript.Length, none.IsTranscriptTruncated), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task Two_that_wait_for_each_other_reach_the_limit_of_wall_time()
    {
        FakeTimeProvider time = new();
        FakeSandboxProvider provider = new FakeSandboxProvider(time).WithProgram("solution", AnswerAsync)
            .WithProgram("interactor", AnswerAsync);

        Task<InteractiveResult> run = Run(provider, time).RunAsync();
        while (provider.Commands.Length < 2)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(10));
        InteractiveResult result = await run;

        Assert.That(result.HaveBothWaited, Is.True);
        Assert.That(
            (result.FirstToLeave == InteractiveRole.Solution ? result.Solution : result.Interactor).Outcome,
            Is.EqualTo(SandboxOutcome.WallTimeExceeded));
    }

    [Test]
    public async Task One_that_computed_until_the_limit_of_wall_time_has_not_waited()
    {
        FakeTimeProvider time = new();
        TaskCompletionSource computing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeSandboxProvider provider = new FakeSandboxProvider(time)
            .WithProgram("solution", async (_, token) =>
            {
                Task delay = Task.Delay(TimeSpan.FromSeconds(9), time, token);
                computing.SetResult();
                await delay;
                return FakeExit.Killed(SandboxOutcome.WallTimeExceeded) with { UserCpuTime = TimeSpan.FromSeconds(3) };
            })
            .WithProgram("interactor", AnswerAsync);

        Task<InteractiveResult> run = Run(provider, time).RunAsync();
        await computing.Task;

        // The interactor's own limit is one second later.
        time.Advance(TimeSpan.FromSeconds(9));

        InteractiveResult result = await run;
        Assert.That(
            (result.Solution.Outcome, result.FirstToLeave, result.HaveBothWaited),
            Is.EqualTo((SandboxOutcome.WallTimeExceeded, InteractiveRole.Solution, false)));
    }

    [Test]
    public async Task The_one_that_goes_on_is_ended_after_the_grace()
    {
        FakeTimeProvider time = new();
        FakeSandboxProvider provider = new FakeSandboxProvider(time)
            .WithProgram("solution", async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return FakeExit.Success;
            })
            .WithProgram("interactor", (_, _) => Task.FromResult(FakeExit.Success));

        // The limit is much longer than the grace period, because the clock may be ahead of the threads.
        Task<InteractiveResult> run =
            Run(provider, time).WithWallTime(TimeSpan.FromDays(10)).WithGrace(TimeSpan.FromSeconds(1)).RunAsync();
        while (!run.IsCompleted)
        {
            await Task.Yield();
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        InteractiveResult result = await run;
        Assert.That(
            (result.Solution.Outcome, result.Interactor.IsSuccess, result.FirstToLeave),
            Is.EqualTo((SandboxOutcome.Canceled, true, InteractiveRole.Interactor)));
        Assert.That(result.HaveBothWaited, Is.False);
    }

    [Test]
    public async Task A_flood_is_ended_at_the_limit()
    {
        FakeSandboxProvider provider = Provider(
            async (context, token) =>
            {
                byte[] much = new byte[10_000];
                while (true)
                {
                    await context.StandardOutput.WriteAsync(much, token);
                }
            },
            async (context, token) =>
            {
                await context.StandardInput.CopyToAsync(Stream.Null, token);
                return FakeExit.Success;
            });

        InteractiveResult result = await Run(provider).WithOutputLimit(1_000_000).RunAsync();

        Assert.That(
            (result.Solution.Outcome, result.SolutionBytes, result.FirstToLeave),
            Is.EqualTo((SandboxOutcome.OutputExceeded, 1_000_000, InteractiveRole.Solution)));
    }

    [Test]
    public async Task Canceling_ends_both()
    {
        // The programs ignore their input, because a program that reads the end of its input may end first.
        FakeProgram deaf = static async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return FakeExit.Success;
        };
        FakeSandboxProvider provider = Provider(deaf, deaf);
        using CancellationTokenSource source = new();

        Task<InteractiveResult> run = Run(provider).RunAsync(source.Token);
        while (provider.Commands.Length < 2)
        {
            await Task.Yield();
        }

        await source.CancelAsync();

        InteractiveResult result = await run;
        Assert.That(
            (result.Solution.Outcome, result.Interactor.Outcome),
            Is.EqualTo((SandboxOutcome.Canceled, SandboxOutcome.Canceled)));
    }

    [Test]
    public void Both_programs_and_a_limit_of_wall_time_are_needed()
    {
        FakeSandboxProvider provider = new();

        Assert.That(
            () => new InteractiveRun().WithSolution(provider, Plain, Solution).WithWallTime(TimeSpan.FromSeconds(1))
            .RunAsync(), Throws.InvalidOperationException.With.Message.Contains("WithInteractor"));
        Assert.That(
            () => Run(provider).WithWallTime(null).RunAsync(),
            Throws.InvalidOperationException.With.Message.Contains("WithWallTime"));
    }

    [Test]
    public void Streams_that_connect_the_programs_cannot_be_redirected()
    {
        FakeSandboxProvider provider = new();

        Assert.That(
            () => Run(provider).WithSolution(
                provider, Plain, Solution with { StandardInput = InputSource.FromText("a") }),
            Throws.ArgumentException);
        Assert.That(
            () => Run(provider).WithInteractor(provider, Plain, Interactor with { StandardOutput = OutputTarget.Null }),
            Throws.ArgumentException);
        Assert.That(
            () => Run(provider).WithSolution(provider, Plain, Solution with { StandardError = OutputTarget.Pipe }),
            Throws.InstanceOf<SandboxSpecificationException>());
        Assert.That(
            () => Run(provider).WithSolution(provider, Plain, Solution with { Terminal = new() }),
            Throws.InstanceOf<SandboxSpecificationException>());
        Assert.That(() => Run(provider).WithWallTime(TimeSpan.Zero), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => Run(provider).WithGrace(TimeSpan.FromTicks(-1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Run(provider).WithOutputLimit(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Run(provider).WithTranscript(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static FakeSandboxProvider Provider(FakeProgram solution, FakeProgram interactor) =>
        new FakeSandboxProvider().WithProgram("solution", solution).WithProgram("interactor", interactor);

    private static InteractiveRun Run(FakeSandboxProvider provider, TimeProvider? time = null) =>
        new InteractiveRun(time)
        .WithSolution(provider, Plain, Solution)
        .WithInteractor(provider, Plain, Interactor)
        .WithWallTime(TimeSpan.FromSeconds(10));

    private static async Task<string> AskAsync(
        FakeProgramContext context, string question, CancellationToken cancellationToken)
    {
        byte[] answer = new byte[question.Length];
        await context.StandardOutput.WriteAsync(Encoding.UTF8.GetBytes(question), cancellationToken);
        await context.StandardInput.ReadExactlyAsync(answer, cancellationToken);
        return Encoding.UTF8.GetString(answer);
    }

    /// <summary>Answers each input in capital letters until the end of the input.</summary>
    private static async Task<FakeExit> AnswerAsync(FakeProgramContext context, CancellationToken cancellationToken)
    {
        byte[] heard = new byte[100];
        int count;
        while ((count = await context.StandardInput.ReadAsync(heard, cancellationToken)) > 0)
        {
            await context.StandardOutput.WriteAsync(
                Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(heard, 0, count).ToUpperInvariant()), cancellationToken);
        }

        return FakeExit.Success;
    }
}
