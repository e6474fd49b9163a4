using Isolation.IntegrationTests.Support;
using Isolation.Linux;

namespace Isolation.IntegrationTests.Sandboxes;

/// <summary>Failures of the application that handles a message of init are reported; no caller waits forever.</summary>
public sealed class FailingClockTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();
    private static readonly SandboxCommand Sleep = new("/bin/sleep", "100000") { WallTime = TimeSpan.FromHours(1) };

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_single_run_fails_with_the_host_s_own_error()
    {
        LinuxSandboxProvider provider = new(new FailingClock());

        SandboxException? failure = await Assert.ThrowsAsync<SandboxException>(
            () => provider.RunAsync(Specification, Sleep).WaitAsync(Guest.Patience));

        Assert.That(failure!.InnerException, Is.TypeOf<NotSupportedException>());
    }

    [Test]
    public async Task A_command_without_limits_cannot_be_started_either_and_nothing_of_it_is_left()
    {
        LinuxSandboxProvider provider = new(new FailingClock());
        ISandbox sandbox = await provider.CreateAsync(Specification);

        // Its start is held to a time as well.
        await Assert.ThrowsAsync<SandboxException>(
            () => sandbox.StartAsync(Sleep with { WallTime = null }).WaitAsync(Guest.Patience));
        await Assert.ThrowsAsync<SandboxException>(() => sandbox.RunAsync(Sleep).WaitAsync(Guest.Patience));
        Assert.That(HostProcess.Children(sandbox.ProcessId), Is.Empty);
        await sandbox.DisposeAsync().AsTask().WaitAsync(Guest.Patience);

        Assert.That(Directory.Exists($"/proc/{sandbox.ProcessId}"), Is.False);
    }

    [Test]
    public async Task A_wall_time_longer_than_any_timer_is_no_error()
    {
        SandboxResult result = await Guest.Provider.RunAsync(
            Specification, Guest.Shell("exit 3") with { WallTime = TimeSpan.MaxValue }).WaitAsync(Guest.Patience);

        Assert.That(result.ExitCode, Is.EqualTo(3));
    }

    private sealed class FailingClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            throw new NotSupportedException("No timers here.");
    }
}
