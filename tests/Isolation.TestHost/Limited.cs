using Isolation.Linux;

namespace Isolation.TestHost;

/// <summary>A sandbox with limits on a host that may be changed in one way or another.</summary>
internal static class Limited
{
    /// <param name="report">Gets the groups that this process is in before and after, and what became of the
    /// sandbox.</param>
    /// <param name="allowed"><c>move</c>: this process may be moved.</param>
    internal static async Task RunAsync(Report report, string[] allowed)
    {
        LinuxSandboxProvider provider = new(TimeProvider.System, new LinuxSandboxOptions
        {
            HostGroup = allowed.Contains("move") ? HostGroup.MayMove : HostGroup.Kept,
        });
        SandboxSpecification specification = TestSandboxes.Standard with
        {
            // So that the command sees where it is.
            Namespaces = new NamespaceSet { Cgroup = NamespaceSource.Host },
            Limits = new SandboxLimits { Processes = 32, Memory = 64 << 20 },
        };
        report.Add($"before {OwnGroup()}");
        try
        {
            await using ISandbox sandbox = await provider.CreateAsync(specification);
            SandboxResult result = await sandbox.RunAsync(new SandboxCommand("/bin/cat", "/proc/self/cgroup"));
            report.Add($"command {UnifiedGroup(result.StandardOutput.Text.Split('\n'))}");
            report.Add($"counted by {result.Usage!.Source}");
        }
        catch (SandboxException refusal)
        {
            report.Add($"refused {refusal.Message}");
        }

        report.Add($"after {OwnGroup()}");
    }

    private static string OwnGroup() => UnifiedGroup(File.ReadLines("/proc/self/cgroup"));

    private static string UnifiedGroup(IEnumerable<string> lines) =>
        lines.First(line => line.StartsWith("0::", StringComparison.Ordinal))[3..];
}
