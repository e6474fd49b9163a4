using System.Globalization;
using Isolation.IntegrationTests.Support;
using Isolation.Linux;
using Isolation.Linux.Interop;
using Isolation.Linux.State;
using HostProgram = Isolation.IntegrationTests.Robustness.HostProgram;

namespace Isolation.IntegrationTests.Sandboxes.Detached;

/// <summary>
/// The application that created a sandbox is killed at each step that changes what the next one finds.
/// </summary>
public sealed class KilledOwnerTests : DetachedFixture
{
    private const int Parts = 6;

    private string[] _lines = [];

    [Test]
    public async Task Whenever_the_owner_is_killed_the_next_application_finds_the_whole_or_nothing(
        [Range(0, Parts - 1)] int part)
    {
        bool hasLimits = Environment.IsPrivilegedProcess;
        string limits = hasLimits ? "limits" : "none";
        string[] steps = await RunAsync(limits, 0);
        Assert.That(steps, Has.Length.GreaterThan(20));
        Assert.That(Directory.GetDirectories(States), Is.Empty);

        for (int step = 1 + part; step <= steps.Length; step += Parts)
        {
            Assert.That(await RunAsync(limits, step), Has.Length.GreaterThanOrEqualTo(step));
            await CheckAsync(steps[step - 1]);
        }
    }

    private string Name => Path.GetFileName(Shared.Path);

    private async Task<string[]> RunAsync(string limits, int step)
    {
        File.Delete(Shared.At("go"));
        Gate("go");
        using HostProgram owner = HostProgram.Start(
            "detached", States, Shared.Path, limits, step.ToString(CultureInfo.InvariantCulture),
            Name);
        _lines = await owner.ReadUntilAsync("never");
        Assert.That(_lines.Contains("done"), Is.EqualTo(step == 0), "The owner is killed unless it reports the steps.");
        return [.. _lines.Where(line => line.StartsWith("step ", StringComparison.Ordinal))
            .Select(line => line.Split(' ', 3)[2])];
    }

    private async Task CheckAsync(string step)
    {
        string? id = _lines.FirstOrDefault(
            line => line.StartsWith("created ", StringComparison.Ordinal))?.Split(' ')[1];
        LinuxSandboxProvider next = Application();
        DetachedSandbox? left = (await next.ListAsync()).SingleOrDefault();
        if (id is not null && !_lines.Contains("collected"))
        {
            Assert.That(left?.Id, Is.EqualTo(id), step);
        }

        if (left is not null)
        {
            ISandbox sandbox;
            try
            {
                sandbox = await next.AttachAsync(left.Id);
            }
            catch (SandboxException ended) when (id is null && ended.ErrorName == nameof(Errno.ESRCH))
            {
                // Init has only just noticed that its application died before the sandbox was complete.
                AssertNothingIsLeft(step);
                return;
            }

            Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"), step);
            await CheckCommandsAsync(sandbox, step);
            await sandbox.StopAsync();
            Assert.That(HostProcess.IsAlive(left.ProcessId), Is.False, step);
        }

        AssertNothingIsLeft(step);
    }

    private void AssertNothingIsLeft(string step)
    {
        Assert.That(Directory.GetDirectories(States), Is.Empty, step);
        Assert.That(Groups(), Is.Empty, step);
        Assert.That(HostProcess.WithArgument($"isolation-init: {Name}"), Is.Empty, step);
    }

    private async Task CheckCommandsAsync(ISandbox sandbox, string step)
    {
        if (!_lines.Contains("started 1") || _lines.Contains("collected"))
        {
            return;
        }

        ISandboxProcess? process = sandbox.Processes.FirstOrDefault(process => process.Number == 1);
        if (process is null)
        {
            // Forgotten at the last step of its disposal.
            Assert.That(step, Is.EqualTo("forget a command"));
            return;
        }

        if (!_lines.Contains("exited 7") && !_lines.Contains("attached"))
        {
            await OpenAsync("go");
        }

        SandboxResult result = await process.WaitForExitAsync().WaitAsync(Guest.Patience);
        Assert.That((result.Outcome, result.ExitCode), Is.EqualTo((SandboxOutcome.Completed, 7)), step);
    }

    /// <summary>The cgroups of the detached sandboxes of this test.</summary>
    private string[] Groups() => [.. File.ReadLines("/proc/self/mountinfo")
        .Where(line => line.Contains(" - cgroup", StringComparison.Ordinal))
        .SelectMany(line => Directory.EnumerateDirectories(
            line.Split(' ')[4], $"isolation-detached-{StateDirectory.Open(States).Mark}-*", new EnumerationOptions
            {
                RecurseSubdirectories = true,
                IgnoreInaccessible = true,
            }))];
}
