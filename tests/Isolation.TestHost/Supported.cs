using Isolation.Linux;

namespace Isolation.TestHost;

/// <summary>Reports what the host supports, and whether creating a sandbox agrees.</summary>
internal static class Supported
{
    internal static async Task RunAsync(Report report)
    {
        LinuxSandboxProvider provider = LinuxSandboxProvider.Default;
        foreach (FeatureSupport feature in provider.Support.Features.Where(feature => !feature.IsSupported))
        {
            report.Add($"{feature.Feature}: {feature.Detail} {feature.Remedy}");
        }

        (string, SandboxSpecification)[] tiers =
            [("host-programs", SandboxPresets.HostPrograms().Build()),
                ("unprivileged", SandboxPresets.Unprivileged().Build())];
        foreach ((string name, SandboxSpecification specification) in tiers)
        {
            SpecificationSupport support = provider.Support.Check(specification);
            report.Add($"check {name} {support.IsUsable}");
            foreach (NotApplied missing in support.Missing)
            {
                report.Add($"missing {missing.Feature}: {missing.Reason} {missing.Remedy}");
            }

            report.Add($"create {name} {await CreateAsync(provider, specification)}");
        }
    }

    private static async Task<string> CreateAsync(LinuxSandboxProvider provider, SandboxSpecification specification)
    {
        try
        {
            SandboxResult result = await provider.RunAsync(specification, TestSandboxes.Shell("echo runs"));
            return result.StandardOutput.Text.Trim();
        }
        catch (SandboxException exception)
        {
            return exception.Message;
        }
    }
}
