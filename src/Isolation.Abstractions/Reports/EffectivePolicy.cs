using System.Collections.Immutable;
using System.Text;

namespace Isolation;

/// <summary>
/// Describes the policy that is in force in a sandbox, as opposed to the policy that was requested. Preferred features
/// that are not available are listed in <see cref="SandboxReport.NotApplied"/>. All properties can be serialized;
/// <see cref="ToString"/> is for human readers.
/// </summary>
public sealed record EffectivePolicy
{
    /// <summary>
    /// Gets the source of each namespace, by kind: <c>new</c>, <c>host</c>, or the path of the namespace that was
    /// joined.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Namespaces
    {
        get; init;
    } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Gets the mapping of user ids; empty if there is no new user namespace.</summary>
    public ImmutableArray<IdRange> UserIds { get; init; } = [];

    /// <summary>Gets the mapping of group ids; empty if there is no new user namespace.</summary>
    public ImmutableArray<IdRange> GroupIds { get; init; } = [];

    /// <summary>Gets a description of the root file system.</summary>
    public string Root { get; init; } = "";

    /// <summary>
    /// Gets descriptions of the entries that are mounted or created inside the root, in order: the target, the kind of
    /// entry, and its restrictions.
    /// </summary>
    public ImmutableArray<string> Mounts { get; init; } = [];

    /// <summary>Gets the paths that cannot be read.</summary>
    public ImmutableArray<string> MaskedPaths { get; init; } = [];

    /// <summary>Gets the paths that cannot be written.</summary>
    public ImmutableArray<string> ReadOnlyPaths { get; init; } = [];

    /// <summary>Gets the capability sets of commands that do not specify their own.</summary>
    public CapabilitySets Capabilities { get; init; } = CapabilitySets.None;

    /// <summary>Gets a value that specifies whether commands can gain privileges.</summary>
    public NewPrivileges NewPrivileges { get; init; }

    /// <summary>Gets descriptions of further restrictions on processes.</summary>
    public ImmutableArray<string> Hardening { get; init; } = [];

    /// <summary>Gets the system call filter of commands that do not specify their own; null if there is none.</summary>
    public EffectiveFilter? SystemCalls { get; init; }

    /// <summary>Gets the Landlock restrictions; null if there are none.</summary>
    public EffectiveLandlock? Landlock { get; init; }

    /// <summary>Gets the limits of the sandbox's cgroups as reported by the kernel: file and value.</summary>
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
            : string.Join(", ", ranges.Select(range => $"{range.Inside} to {range.Host} ({range.Count} ids)"));
}
