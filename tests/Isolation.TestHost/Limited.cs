using Isolation.Linux;

namespace Isolation.TestHost;

/// <summary>Creates a sandbox with limits, with or without permission to move this process.</summary>
internal static class Limited
{
    /// <param name="report">The report of the cgroups of this process before and after, and of the result.</param>
    /// <param name="allowed">The permissions; <c>move</c> permits moving this process to another cgroup.</param>
    internal static async Task RunAsync(Report report, string[] allowed)
    {
        LinuxSandboxProvider provider = new(TimeProvider.System, new LinuxSandboxOptions
        {
            HostGroup = allowed.Contains("move") ? HostGroup.MayMove : HostGroup.Kept,
        });
        SandboxSpecification specification = TestSandboxes.Standard with
        {
            // Lets the command see its path in the hierarchy.
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
