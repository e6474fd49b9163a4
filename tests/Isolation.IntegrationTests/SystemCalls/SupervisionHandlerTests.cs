using Isolation.IntegrationTests.Support;
using static Isolation.IntegrationTests.SystemCalls.Supervised;

namespace Isolation.IntegrationTests.SystemCalls;

/// <summary>Handlers that throw, hang or block.</summary>
public sealed class SupervisionHandlerTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_handler_that_throws_denies_and_is_told_of()
    {
        SandboxResult result = await RunAsync(
            Asking("chdir"), (_, _) => throw new NotSupportedException("by the test"), "cd /tmp");

        Assert.That(result.IsSuccess, Is.False);
        Assert.That(result.SystemCallHandlerFailure, Is.TypeOf<NotSupportedException>());
    }

    [Test]
    public async Task A_handler_that_hangs_denies_at_the_deadline()
    {
        TaskCompletionSource<SystemCallDecision> never = new();
        SystemCallSupervision supervision = new()
        {
            Handler = (_, _) => new(never.Task),
            Deadline = TimeSpan.FromMilliseconds(50),
        };

        SandboxResult result = await RunAsync(Asking("chdir"), supervision, "cd /tmp || echo denied");

        Assert.That(result.StandardOutput.Text, Is.EqualTo("denied\n"));
        Assert.That(result.SystemCallHandlerFailure, Is.TypeOf<TimeoutException>());
    }

    [Test]
    public async Task A_descriptor_that_comes_after_the_deadline_is_closed()
    {
        TaskCompletionSource<SystemCallDecision> late = new();
        SystemCallSupervision supervision = new()
        {
            Handler = (_, _) => new(late.Task),
            Deadline = TimeSpan.FromMilliseconds(50),
        };
        await RunAsync(Asking("chdir"), supervision, "cd /tmp || echo denied");
        Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle("/dev/null");

        late.SetResult(SystemCallDecision.Install(handle));

        Assert.That(() => handle.IsClosed, Is.True.After((int)Guest.Patience.TotalMilliseconds, 5));
    }

    [Test]
    public async Task A_handler_that_blocks_its_thread_holds_nobody_else_up()
    {
        using ManualResetEventSlim go = new();
        SystemCallSupervision supervision = new()
        {
            Handler = (call, _) =>
            {
                if (call.Name == "chdir")
                {
                    go.Wait(CancellationToken.None);
                }
                else
                {
                    go.Set();
                }

                return new(SystemCallDecision.Allow);
            },
        };

        SandboxResult result = await RunAsync(
            Asking("chdir", "umask"), supervision, "cd /tmp & umask 077; wait; echo both");

        Assert.That(result.StandardOutput.Text, Is.EqualTo("both\n"));
    }

    [Test]
    public async Task A_handler_that_never_answers_does_not_outlive_the_command()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource canceled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SystemCallSupervision supervision = new()
        {
            Handler = async (_, token) =>
            {
                token.Register(() => canceled.TrySetResult());
                asked.TrySetResult();
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                return SystemCallDecision.Allow;
            },
            Deadline = TimeSpan.FromDays(1),
        };
        SandboxCommand command = Guest.Shell("cd /tmp") with
        {
            SystemCalls = Asking("chdir"),
            SystemCallSupervision = supervision,
        };
        using CancellationTokenSource end = new();

        Task<SandboxResult> run = Guest.Provider.RunAsync(Guest.Specification(), command, end.Token);
        await asked.Task.WaitAsync(Guest.Patience);
        await end.CancelAsync();

        Assert.That((await run.WaitAsync(Guest.Patience)).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        await canceled.Task.WaitAsync(Guest.Patience);
    }
}
