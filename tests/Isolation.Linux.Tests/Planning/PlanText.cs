using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Parts;
using Isolation.Linux.Plans;

namespace Isolation.Linux.Tests.Planning;

/// <summary>Writes a plan, or the error instead of it, as lines for a reader.</summary>
internal static class PlanText
{
    internal static IEnumerable<string> Describe(Func<SandboxPlan> make)
    {
        try
        {
            return [.. Describe(make())];
        }
        catch (SandboxException exception)
        {
            return exception.Message.Split('\n').Select(static line => $"error: {line.Trim()}");
        }
    }

    internal static IEnumerable<string> Describe(SandboxPlan plan)
    {
        yield return $"users {Ranges(plan.IdMap?.Users)}, "
            + (plan.IdMap?.DeniesSetgroups == true ? "setgroups denied" : "supplementary groups dropped");
        foreach (HostSource source in plan.Sources)
        {
            yield return $"the application opens {source.Path}";
        }

        foreach (CgroupHierarchy hierarchy in plan.Cgroups?.Plan?.Hierarchies ?? [])
        {
            yield return $"{hierarchy.Version} {hierarchy.Parent}: "
                + string.Join(", ", hierarchy.Settings.Select(setting => $"{setting.Files[0]} {setting.Value}"));
        }

        if (plan.LandlockPlan is { IsEmpty: false } landlock)
        {
            yield return $"Landlock ABI {landlock.Abi}";
        }

        foreach (NotApplied missing in plan.LeftOut.Concat(plan.Cgroups?.Plan?.NotApplied ?? []))
        {
            yield return $"without {missing.Feature}: {missing.Reason}"
                + (missing.Remedy is { } remedy ? $" Remedy: {remedy}" : "");
        }
    }

    internal static string Ranges(ImmutableArray<IdRange>? ranges) =>
        string.Join(" ", (ranges ?? []).Select(range => $"{range.Inside}:{range.Host}:{range.Count}"));
}
