using System.Collections.Immutable;
using System.Text;

namespace Isolation;

/// <summary>
/// What is in force in a sandbox, after the specification has met the host: only what was had, not what was asked for.
/// What was preferred and not had is in <see cref="SandboxReport.NotApplied"/>. All of it can be serialised;
/// <see cref="ToString"/> is for people.
/// </summary>
public sealed record EffectivePolicy
{
    /// <summary>
    /// Where each namespace comes from, by kind: <c>new</c>, <c>host</c>, or the path of the one that was joined.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Namespaces {
        get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>How user ids map; empty where there is no new user namespace.</summary>
    public ImmutableArray<IdRange> UserIds { get; init; } = [];

    /// <summary>How group ids map; empty where there is no new user namespace.</summary>
    public ImmutableArray<IdRange> GroupIds { get; init; } = [];

    /// <summary>The root file system, in words.</summary>
    public string Root { get; init; } = "";

    /// <summary>
    /// What is mounted or made inside the root, in order, each in words: the target, what it is, and how it is
    /// restricted.
    /// </summary>
    public ImmutableArray<string> Mounts { get; init; } = [];

    /// <summary>Paths that cannot be read.</summary>
    public ImmutableArray<string> MaskedPaths { get; init; } = [];

    /// <summary>Paths that cannot be written.</summary>
    public ImmutableArray<string> ReadOnlyPaths { get; init; } = [];

    /// <summary>The capability sets of commands that name none of their own.</summary>
    public CapabilitySets Capabilities { get; init; } = CapabilitySets.None;

    /// <summary>Whether commands can gain privileges.</summary>
    public NewPrivileges NewPrivileges { get; init; }

    /// <summary>What else processes are kept from, in words.</summary>
    public ImmutableArray<string> Hardening { get; init; } = [];

    /// <summary>The filter of system calls of commands that name none of their own; null where there is none.</summary>
    public EffectiveFilter? SystemCalls { get; init; }

    /// <summary>What Landlock restricts; null where nothing.</summary>
    public EffectiveLandlock? Landlock { get; init; }

    /// <summary>The limits of the sandbox's control groups, as the kernel has them: file and value.</summary>
    public ImmutableArray<string> Limits { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new();
        void Line(string name, string value) => text.Append(name).Append(": ").Append(value).Append('\n');
        void Lines(string name, ImmutableArray<string> values)
        {
            Line(name, values.IsEmpty ? "none" : "");
            foreach (string value in values)
            {
                text.Append("  ").Append(value).Append('\n');
            }
        }

        Line("namespaces", string.Join(", ", Namespaces.Select(entry => $"{entry.Key} {entry.Value}")));
        Line("user ids", Ranges(UserIds));
        Line("group ids", Ranges(GroupIds));
        Line("root", Root);
        Lines("mounts", Mounts);
        Lines("masked", MaskedPaths);
        Lines("read-only", ReadOnlyPaths);
        Line("capabilities", Capabilities.IsEmpty ? "none in any set" : $"{Capabilities}");
        Line("new privileges", NewPrivileges == NewPrivileges.Forbidden ? "forbidden" : "allowed");
        Lines("hardening", Hardening);
        Line("system calls", SystemCalls?.ToString() ?? "no filter");
        Line("Landlock", Landlock?.ToString() ?? "nothing");
        Lines("limits", Limits);
        return text.ToString();
    }

    private static string Ranges(ImmutableArray<IdRange> ranges) =>
        ranges.IsEmpty
            ? "the host's"
            : string.Join(", ", ranges.Select(range => $"{range.Inside} to {range.Host}, {range.Count} in all"));
}
