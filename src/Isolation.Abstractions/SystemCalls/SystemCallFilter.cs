using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Specifies the system calls that a command may make; see seccomp(2). The filter applies to the command and its
/// descendants, and cannot be removed.
/// </summary>
/// <remarks>
/// The first matching rule decides. <see cref="Rules"/> are evaluated first, then the rules of the profile, then the
/// default action. Calls of an architecture other than that of the host are always denied.
/// </remarks>
public sealed partial record SystemCallFilter
{
    /// <summary>Gets a filter for general programs.</summary>
    public static SystemCallFilter Default { get; } = new() { Profile = SystemCallProfile.Default };

    /// <summary>Gets a filter for programs that only compute, such as submissions to a judge.</summary>
    public static SystemCallFilter Judge { get; } = new() { Profile = SystemCallProfile.Judge };

    /// <summary>
    /// Gets a filter for programs that only compute, in a sandbox without its own namespaces, such as
    /// <c>SandboxPresets.Unprivileged</c>.
    /// </summary>
    public static SystemCallFilter Unprivileged { get; } = new() { Profile = SystemCallProfile.Unprivileged };

    /// <summary>Gets a filter for .NET programs.</summary>
    public static SystemCallFilter DotNet { get; } = new() { Profile = SystemCallProfile.DotNet };

    /// <summary>Gets a filter for programs on a Java virtual machine.</summary>
    public static SystemCallFilter Jvm { get; } = new() { Profile = SystemCallProfile.Jvm };

    /// <summary>Gets a filter for Node.js programs.</summary>
    public static SystemCallFilter Node { get; } = new() { Profile = SystemCallProfile.Node };

    /// <summary>Gets a value that specifies that no filter is loaded, so every call reaches the kernel.</summary>
    public static SystemCallFilter Off { get; } = new() { IsOff = true, Profile = SystemCallProfile.None };

    /// <summary>Gets a value indicating whether this filter is <see cref="Off"/>.</summary>
    public bool IsOff { get; private init; }

    /// <summary>
    /// Gets the profile whose rules follow <see cref="Rules"/>. Default: <see cref="SystemCallProfile.Default"/>.
    /// </summary>
    public SystemCallProfile Profile { get; init; } = SystemCallProfile.Default;

    /// <summary>
    /// Gets the action for calls that match no rule. Default: null, the action of the profile; required if the profile
    /// is <see cref="SystemCallProfile.None"/>. If the action is an error number, calls that are newer than this
    /// library fail like calls that the kernel does not implement, so that a C library falls back to older calls.
    /// </summary>
    public SystemCallAction? DefaultAction { get; init; }

    /// <summary>Gets the rules, of which the first match applies. Default: none besides those of the profile.</summary>
    public ImmutableArray<SystemCallRule> Rules { get; init; } = [];

    /// <summary>
    /// Creates a filter that allows the calls observed during a command, with any arguments, and denies all others with
    /// EPERM. Add the calls that other runs require, for example with another input.
    /// </summary>
    /// <param name="calls">
    /// The <see cref="SandboxResult.ObservedCalls"/> of one or more results; denied calls are ignored.
    /// </param>
    /// <exception cref="ArgumentException">No call was allowed.</exception>
    public static SystemCallFilter Allowing(params IEnumerable<ObservedCall> calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ImmutableArray<string> names = [.. calls.Where(call => call.IsAllowed).Select(call => call.Name).Distinct()
            .Order(StringComparer.Ordinal)];
        return names.IsEmpty
            ? throw new ArgumentException(
                "None of the calls was allowed; observe all calls (SystemCallObservation.All).", nameof(calls))
            : new()
            {
                Profile = SystemCallProfile.None,
                DefaultAction = SystemCallAction.Errno(1),
                Rules = [new(names, SystemCallAction.Allow)]
            };
    }

    /// <summary>Determines whether two filters have the same rules in the same order and the same settings.</summary>
    public bool Equals(SystemCallFilter? other) =>
        other is not null && IsOff == other.IsOff && Profile == other.Profile && DefaultAction == other.DefaultAction
        && Rules.AsSpan().SequenceEqual(other.Rules.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(IsOff);
        hash.Add(Profile);
        hash.Add(DefaultAction);
        foreach (SystemCallRule rule in Rules.AsSpan())
        {
            hash.Add(rule);
        }

        return hash.ToHashCode();
    }
}
