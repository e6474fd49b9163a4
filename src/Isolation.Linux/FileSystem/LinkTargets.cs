using System.Collections.Immutable;
using Isolation.Linux.Host;

namespace Isolation.Linux.FileSystem;

/// <summary>
/// Adds the targets of links to a specification, as entries of their own; see
/// <see cref="BindMount.IncludesLinkTargets"/>.
/// </summary>
internal static class LinkTargets
{
    internal static SandboxSpecification AddTo(SandboxSpecification specification, PackageLinks links)
    {
        bool areMounted = specification.Mounts.Any(static entry => entry is BindMount { IncludesLinkTargets: true });
        if (areMounted)
        {
            specification = specification with { Mounts = WithTargets(specification.Mounts, links) };
        }

        return specification.Landlock is { } policy
            && policy.FileRules.Any(static rule => rule.IncludesLinkTargets)
            ? specification with
            {
                Landlock = policy with { FileRules = [.. policy.FileRules.SelectMany(rule => OfRule(rule, links))] },
            }
            : specification;
    }

    private static ImmutableArray<MountEntry> WithTargets(ImmutableArray<MountEntry> entries, PackageLinks links)
    {
        HashSet<string> taken = new(entries.Select(static entry => entry.Target), StringComparer.Ordinal);
        ImmutableArray<MountEntry>.Builder all = ImmutableArray.CreateBuilder<MountEntry>(entries.Length);
        foreach (MountEntry entry in entries)
        {
            all.Add(entry);
            if (entry is BindMount { IncludesLinkTargets: true } bind)
            {
                all.AddRange(links.Find(bind.Source)
                    .SelectMany(linked => IsFree(linked.Directory, taken) && linked.IsPublic
                        ? [linked.Directory]
                        : linked.Items.Where(item => IsFree(item, taken)))
                    .Where(taken.Add)
                    .Select(static path => new BindMount(path, path) { Requirement = Requirement.Prefer }));
            }
        }

        return all.ToImmutable();
    }

    private static IEnumerable<LandlockFileRule> OfRule(LandlockFileRule rule, PackageLinks links) =>
        rule.IncludesLinkTargets
            ? links.Find(rule.Path).SelectMany(static linked => linked.IsPublic ? [linked.Directory] : linked.Items)
                .Select(path => new LandlockFileRule(path, rule.Access) { Requirement = Requirement.Prefer })
                .Prepend(rule)
            : [rule];

    /// <summary>Returns whether no entry is at a path, above it, or below it.</summary>
    private static bool IsFree(string path, HashSet<string> taken) =>
        !taken.Any(other => other == path || IsBelow(path, other) || IsBelow(other, path));

    private static bool IsBelow(string path, string directory) =>
        path.Length > directory.Length && path[directory.Length] == '/'
        && path.StartsWith(directory, StringComparison.Ordinal);
}
