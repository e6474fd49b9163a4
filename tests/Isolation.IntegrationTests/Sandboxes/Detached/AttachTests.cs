using Isolation.IntegrationTests.Robustness;
using Isolation.IntegrationTests.Support;
using Isolation.Linux;

namespace Isolation.IntegrationTests.Sandboxes.Detached;

/// <summary>An application attaches to a sandbox that another one has created.</summary>
public sealed class AttachTests : DetachedFixture
{
    [Test]
    public async Task A_released_sandbox_continues_and_runs_commands_for_the_next_application()
    {
        ISandbox first = await Application().CreateAsync(Specification);
        Assert.That(await first.OutputAsync("echo first > /tmp/mark; cat /tmp/mark"), Is.EqualTo("first"));
        await first.DisposeAsync();
        Assert.That(HostProcess.IsAlive(first.ProcessId));

        LinuxSandboxProvider application = Application();
        DetachedSandbox listed = (await application.ListAsync()).Single();
        ISandbox second = await application.AttachAsync(listed.Id);

        Assert.That(
            (listed.Id, listed.Name, listed.ProcessId, listed.IsAttached),
            Is.EqualTo((first.Id, "left", first.ProcessId, false)));
        Assert.That((second.Id, second.ProcessId), Is.EqualTo((first.Id, first.ProcessId)));
        Assert.That(await second.OutputAsync("cat /tmp/mark"), Is.EqualTo("first"));
        Assert.That((await application.ListAsync()).Single().IsAttached);
        await second.StopAsync();
        Assert.That(HostProcess.IsAlive(first.ProcessId), Is.False);
        Assert.That(await application.ListAsync(), Is.Empty);
        Assert.That(Directory.GetDirectories(States), Is.Empty);
    }

    [Test]
    public async Task One_application_at_a_time_is_attached()
    {
        await using ISandbox sandbox = await Application().CreateAsync(Specification);

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => Application().AttachAsync(sandbox.Id)))!;

        Assert.That(refusal.Message, Does.Contain("another application is attached"));
        Assert.That(await sandbox.OutputAsync("echo undisturbed"), Is.EqualTo("undisturbed"));
    }

    [Test]
    public async Task The_result_of_a_command_that_ended_meanwhile_is_collected_once()
    {
        ISandbox first = await Application().CreateAsync(WithShared());
        Gate("go");
        ISandboxProcess started = await first.StartAsync(Guest.Shell("read line < /shared/go; exit 7"));
        int main = MainOf(first);
        await first.DisposeAsync();
        await OpenAsync("go");
        Assert.That(Processes.HasEnded(main));

        ISandbox second = await Application().AttachAsync(first.Id);
        ISandboxProcess found = second.Processes.Single();
        SandboxResult result = await found.WaitForExitAsync();
        Assert.That(
            (found.Number, found.Id, found.Command.Program), Is.EqualTo((started.Number, started.Id, "/bin/sh")));
        Assert.That((result.Outcome, result.ExitCode), Is.EqualTo((SandboxOutcome.Completed, 7)));
        Assert.That(result.WallTime, Is.GreaterThan(TimeSpan.Zero));
        await second.DisposeAsync();

        // Nobody has disposed of the process.
        ISandbox third = await Application().AttachAsync(first.Id);
        Assert.That((await third.Processes.Single().WaitForExitAsync()).ExitCode, Is.EqualTo(7));
        await third.Processes.Single().DisposeAsync();
        Assert.That(third.Processes, Is.Empty);
        await third.DisposeAsync();

        await using ISandbox fourth = await Application().AttachAsync(first.Id);
        Assert.That(fourth.Processes, Is.Empty);
    }

    [Test]
    public async Task Running_commands_continue_and_end_for_the_next_application()
    {
        ISandbox first = await Application().CreateAsync(WithShared());
        Gate("go0", "go1", "go2");
        List<int> numbers = [];
        for (int i = 0; i < 3; i++)
        {
            ISandboxProcess process = await first.StartAsync(
                Guest.Shell($"read line < /shared/go{i}; exit 1{i}"));
            numbers.Add((int)process.Number);
        }

        await first.DisposeAsync();
        await using ISandbox second = await Application().AttachAsync(first.Id);
        Assert.That(second.Processes.Select(process => (int)process.Number), Is.EqualTo(numbers));
        for (int i = 2; i >= 0; i--)
        {
            await OpenAsync($"go{i}");
            SandboxResult result = await second.Processes[i].WaitForExitAsync().WaitAsync(Guest.Patience);
            Assert.That(result.ExitCode, Is.EqualTo(10 + i));
        }

        Assert.That(await second.OutputAsync("echo more"), Is.EqualTo("more"));
    }
}
