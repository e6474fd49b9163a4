using Isolation.Linux;

namespace Isolation.TestHost;

/// <summary>Creates processes in every way that the library has, under a filter that hides clone3.</summary>
internal static class HiddenClone
{
    private const int Ahead = 1000;

    internal static async Task RunAsync(Report report)
    {
        LinuxSandboxProvider provider = LinuxSandboxProvider.Default;
        report.Add($"usable {provider.Support.IsUsable}");

        SandboxSpecification clocks = TestSandboxes.Standard with
        {
            Namespaces = new NamespaceSet { Time = NamespaceSource.New },
            TimeOffsets = new TimeOffsets(TimeSpan.FromDays(Ahead), TimeSpan.FromDays(Ahead)),
        };
        SandboxResult uptime = await provider.RunAsync(clocks, new SandboxCommand("/bin/cat", "/proc/uptime"));
        string seconds = uptime.EnsureSuccess().StandardOutput.Text.Split('.')[0];
        report.Add($"clock {int.Parse(seconds, null) / 86_400 >= Ahead}");

        await using ISandbox sandbox = await provider.CreateAsync(TestSandboxes.Standard);
        await using ISandboxProcess waiting = await sandbox.StartAsync(
            new SandboxCommand("/bin/cat") { StandardInput = InputSource.Pipe });

        // A second command at the same time gets a reaper.
        SandboxResult beside = await sandbox.RunAsync(TestSandboxes.Shell("(exit 3) & wait $!; echo $?"));
        report.Add($"beside {beside.StandardOutput.Text.Trim()}");

        SandboxResult supervised = await sandbox.RunAsync(TestSandboxes.Shell("echo $PPID") with
        {
            SystemCalls = new() { Rules = [new(["getppid"], SystemCallAction.Notify)] },
            SystemCallSupervision = new() { Handler = (_, _) => new(SystemCallDecision.Return(4711)) },
        });
        report.Add($"supervised {supervised.StandardOutput.Text.Trim()}");

        await waiting.StandardInput!.DisposeAsync();
        SandboxResult waited = await waiting.WaitForExitAsync();
        report.Add($"waited {waited.Outcome} {waited.ExitCode}");

        SandboxSpecification joining = TestSandboxes.Standard with
        {
            Namespaces = new NamespaceSet().With(
                Namespaces.User | Namespaces.Network, NamespaceSource.OfProcess(sandbox.ProcessId)),
        };
        SandboxResult joined = await provider.RunAsync(joining, TestSandboxes.Shell("echo joined"));
        report.Add(joined.StandardOutput.Text.Trim());
    }
}
