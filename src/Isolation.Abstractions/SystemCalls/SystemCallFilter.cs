using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Which system calls a command may make; see seccomp(2). The first rule for the call whose conditions hold decides,
/// those of <see cref="Rules"/> before those of the profile; if there is none, the default action does. Calls of
/// another architecture than the host's own are always refused. Holds for the command and everything that it starts,
/// and cannot be undone.
/// </summary>
public sealed record SystemCallFilter
{
    /// <summary>For general programs.</summary>
    public static SystemCallFilter Default { get; } = new() { Profile = SystemCallProfile.Default };

    /// <summary>For programs that only compute, such as submissions of a judge.</summary>
    public static SystemCallFilter Judge { get; } = new() { Profile = SystemCallProfile.Judge };

    /// <summary>
    /// For programs that only compute, in a sandbox without namespaces of its own, such as
    /// <c>SandboxPresets.Unprivileged</c>.
    /// </summary>
    public static SystemCallFilter Unprivileged { get; } = new() { Profile = SystemCallProfile.Unprivileged };

    /// <summary>For programs of .NET.</summary>
    public static SystemCallFilter DotNet { get; } = new() { Profile = SystemCallProfile.DotNet };

    /// <summary>For programs of a Java virtual machine.</summary>
    public static SystemCallFilter Jvm { get; } = new() { Profile = SystemCallProfile.Jvm };

    /// <summary>For programs of Node.js.</summary>
    public static SystemCallFilter Node { get; } = new() { Profile = SystemCallProfile.Node };

    /// <summary>No filter is loaded at all, and every call reaches the kernel.</summary>
    public static SystemCallFilter Off { get; } = new() { IsOff = true, Profile = SystemCallProfile.None };

    /// <summary>Whether it is <see cref="Off"/>.</summary>
    public bool IsOff { get; private init; }

    /// <summary>
    /// The rules that come after <see cref="Rules"/>. Default: <see cref="SystemCallProfile.Default"/>.
    /// </summary>
    public SystemCallProfile Profile { get; init; } = SystemCallProfile.Default;

    /// <summary>
    /// What happens to calls that no rule decides. Default: null, what the profile says; needed where that is
    /// <see cref="SystemCallProfile.None"/>. Where it is an error number, calls that are newer than this library fail
    /// as ones that the kernel does not have, so that a C library falls back to older ones.
    /// </summary>
    public SystemCallAction? DefaultAction { get; init; }

    /// <summary>Rules, the first that matches counts. Default: none besides the profile's.</summary>
    public ImmutableArray<SystemCallRule> Rules { get; init; } = [];

    /// <summary>
    /// A filter that allows the calls that were made while a command was observed, whatever their arguments, and
    /// refuses all others with EPERM. What another run needs besides, such as with another input, has to be added.
    /// </summary>
    /// <param name="calls">What <see cref="SandboxResult.ObservedCalls"/> of one or more results tell of; denied calls
    /// are left out.</param>
    /// <exception cref="ArgumentException">No call was allowed.</exception>
    public static SystemCallFilter Allowing(params IEnumerable<ObservedCall> calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ImmutableArray<string> names = [.. calls.Where(call => call.IsAllowed).Select(call => call.Name).Distinct()
            .Order(StringComparer.Ordinal)];
        return names.IsEmpty
            ? throw new ArgumentException(
                "None of the calls was allowed; observe all calls, not the denied ones.", nameof(calls))
            : new() { Profile = SystemCallProfile.None, DefaultAction = SystemCallAction.Errno(1),
                Rules = [new(names, SystemCallAction.Allow)] };
    }

    /// <summary>Two filters are the same if they say the same in the same order.</summary>
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

    /// <summary>
    /// Throws if there is an error in it. Whether a name stands for a call is for the provider to say.
    /// </summary>
    /// <exception cref="SandboxSpecificationException">There are errors; every one is listed.</exception>
    public void Validate()
    {
        ErrorList errors = default;
        SystemCallRules.Check(this, ref errors);
        errors.ThrowIfAny();
    }
}
