using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Cgroups.Settings;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>Compares the limits of cgroups with those of a plan, and writes the changes.</summary>
internal static class LimitChanges
{
    /// <summary>Gets the changes after which exactly the limits of a plan are in effect.</summary>
    internal static IEnumerable<LimitChange> Compare(
        ImmutableArray<CgroupHierarchy> hierarchies, CgroupPlan plan)
    {
        for (int i = 0; i < hierarchies.Length; i++)
        {
            CgroupHierarchy there = hierarchies[i];
            ImmutableArray<CgroupSetting> wanted = plan.Hierarchies.FirstOrDefault(
                one => one.Parent == there.Parent)?.Settings ?? [];
            foreach (CgroupSetting setting in wanted)
            {
                yield return new LimitChange(
                    i, setting, there.Settings.FirstOrDefault(setting.Replaces) ?? TakeBack(setting, there.Parent),
                    IsWanted: true);
            }

            foreach (CgroupSetting setting in there.Settings.Where(setting => !wanted.Any(setting.Replaces)))
            {
                yield return new LimitChange(i, TakeBack(setting, there.Parent), setting, IsWanted: false);
            }
        }
    }

    private static CgroupSetting TakeBack(CgroupSetting setting, string parent) =>
        setting with { Value = setting.Unlimited ?? CgroupFiles.Read($"{parent}/{setting.Files[0]}")?.Trim() ?? "" };

    /// <summary>
    /// Writes limits. Some limits bound each other, so a refused one is tried again after the others.
    /// </summary>
    internal static List<(LimitChange Change, SandboxException Refusal)> Write(
        List<LimitChange> changes, CgroupSet groups)
    {
        List<(LimitChange Change, SandboxException Refusal)> failed = [];
        List<LimitChange> left = changes;
        int before;
        do
        {
            before = left.Count;
            failed.Clear();
            foreach (LimitChange change in left)
            {
                foreach (string directory in DirectoriesOf(change, groups))
                {
                    if (CgroupWriter.TryWrite(change.Setting, directory) is { } refusal)
                    {
                        failed.Add((change, refusal));
                        break;
                    }
                }
            }

            left = [.. failed.Select(one => one.Change)];
        }
        while (left.Count > 0 && left.Count < before);

        return failed;
    }

    private static string[] DirectoriesOf(LimitChange change, CgroupSet groups) =>
        change.Setting.Level == CgroupLevel.Sandbox
            ? [groups.Directories[change.Index]]
            : CgroupFiles.Children(groups.Directories[change.Index]);
}
