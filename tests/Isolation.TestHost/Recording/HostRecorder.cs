using Isolation.Linux.Parts;
using Isolation.Linux.Planning;

namespace Isolation.TestHost.Recording;

/// <summary>Records what planning asks this host.</summary>
internal static class HostRecorder
{
    /// <summary>Gets the sandboxes that are planned on every recorded host.</summary>
    internal static IReadOnlyDictionary<string, SandboxSpecification> Specifications { get; } =
        new Dictionary<string, SandboxSpecification>
        {
            ["Judge"] = SandboxPresets.Judge().Build(),
            ["PlugIn"] = SandboxPresets.PlugIn().Build(),
            ["HostPrograms"] = SandboxPresets.HostPrograms().Build(),
            ["Unprivileged"] = SandboxPresets.Unprivileged().Build(),
            ["Subordinate"] = SandboxPresets.HostPrograms().WithIdMap(IdMap.Subordinate).Build(),
        };

    internal static async Task RecordAsync(Report report, string path)
    {
        HostTape tape = HostTape.Record();
        foreach ((string name, SandboxSpecification specification) in Specifications)
        {
            PlanningHost host = TapedHost.Create(tape);
            try
            {
                SandboxPlanner.Plan(specification, host);
                report.Add($"planned {name}");
            }
            catch (SandboxException exception)
            {
                report.Add($"refused {name}: {exception.Message}");
            }
        }

        await File.WriteAllTextAsync(path, tape.ToJson());
    }
}
