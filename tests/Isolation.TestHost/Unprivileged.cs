using Isolation.Linux;

namespace Isolation.TestHost;

/// <summary>Sandboxes of a host that can have nothing: no namespace, no capability.</summary>
internal static class Unprivileged
{
    internal static async Task RunAsync(Report report)
    {
        LinuxSandboxProvider provider = LinuxSandboxProvider.Default;
        report.Add($"namespaces {provider.Support[IsolationFeature.UserNamespaces].IsSupported}");
        SandboxSpecification specification = SandboxPresets.Unprivileged().Build();

        SandboxResult once = await provider.RunAsync(
            specification, new SandboxCommand("/bin/cat") { StandardInput = InputSource.FromText("to and fro") });
        report.Add($"once {once.Outcome} {once.StandardOutput}");

        await using ISandbox sandbox = await provider.CreateAsync(specification);
        foreach (NotApplied missing in sandbox.Report.NotApplied)
        {
            report.Add($"missing {missing.What}");
        }

        SandboxResult coded = await sandbox.RunAsync(TestSandboxes.Shell("echo out; echo err >&2; exit 3"));
        report.Add($"coded {coded.ExitCode} {coded.StandardOutput.Text.Trim()} {coded.StandardError.Text.Trim()}");
        SandboxResult slow = await sandbox.RunAsync(TestSandboxes.Shell("sleep 1000 & sleep 1000") with { WallTime = TimeSpan.FromMilliseconds(300) });
        report.Add($"slow {slow.Outcome}");
        SandboxResult write = await sandbox.RunAsync(TestSandboxes.Shell("echo x >/tmp/isolation-unprivileged"));
        report.Add($"write {write.ExitCode} {File.Exists("/tmp/isolation-unprivileged")}");
    }
}
