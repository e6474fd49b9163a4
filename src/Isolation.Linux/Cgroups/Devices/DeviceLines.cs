using System.Collections.Immutable;
using System.Globalization;

namespace Isolation.Linux.Cgroups.Devices;

/// <summary>
/// An allow-list for cgroup v1; see https://docs.kernel.org/admin-guide/cgroup-v1/devices.html. The kernel takes one
/// line with each write.
/// </summary>
internal static class DeviceLines
{
    /// <summary>
    /// What to write to <c>devices.deny</c> first: everything is refused and former exceptions are forgotten.
    /// </summary>
    internal const string DenyAll = "a";

    /// <summary>What to write to <c>devices.allow</c> to end the limit.</summary>
    internal const string All = "a";

    /// <summary>What to write to <c>devices.allow</c> then.</summary>
    /// <remarks>
    /// The kernel asks whether one line covers all of an access (<c>match_exception</c> in security/device_cgroup.c).
    /// Rules add up, so each line also has what is allowed by the rules that cover its devices, and where two rules
    /// overlap without one covering the other there is a line for what they share.
    /// </remarks>
    internal static ImmutableArray<string> Allow(IEnumerable<DevicesByNumber> rules)
    {
        OrderedDictionary<Pattern, DeviceAccess> allowed = [];
        foreach (DevicesByNumber rule in rules)
        {
            // Never the letter for both kinds: the kernel takes it as leave for everything and reads no further.
            foreach (char kind in rule.Kind switch { DeviceKind.Block => "b", DeviceKind.Character => "c", _ => "cb" })
            {
                Pattern pattern = new(kind, rule.Major, rule.Minor);
                allowed[pattern] = allowed.GetValueOrDefault(pattern) | rule.Access;
            }
        }

        AddOverlaps(allowed);
        return [.. allowed.Keys.Where(pattern => !IsSpokenFor(allowed, pattern))
            .Select(pattern => $"{pattern} {Letters(Sum(allowed, pattern))}")];
    }

    private static void AddOverlaps(OrderedDictionary<Pattern, DeviceAccess> allowed)
    {
        Pattern[] anyMinor = [.. allowed.Keys.Where(pattern => pattern is { Major: not null, Minor: null })];
        Pattern[] anyMajor = [.. allowed.Keys.Where(pattern => pattern is { Major: null, Minor: not null })];
        foreach (Pattern pattern in anyMinor)
        {
            foreach (Pattern other in anyMajor.Where(other => other.Kind == pattern.Kind))
            {
                allowed.TryAdd(pattern with { Minor = other.Minor }, DeviceAccess.None);
            }
        }
    }

    /// <summary>What is allowed with every device of a pattern.</summary>
    private static DeviceAccess Sum(OrderedDictionary<Pattern, DeviceAccess> allowed, Pattern pattern) =>
        pattern.Wider().Aggregate(allowed[pattern], (sum, wider) => sum | allowed.GetValueOrDefault(wider));

    /// <summary>Whether another line says the same of more devices.</summary>
    private static bool IsSpokenFor(OrderedDictionary<Pattern, DeviceAccess> allowed, Pattern pattern) =>
        pattern.Wider().Any(wider => allowed.ContainsKey(wider) && Sum(allowed, wider) == Sum(allowed, pattern));

    private static string Letters(DeviceAccess access) =>
        (access.HasFlag(DeviceAccess.Read) ? "r" : "") + (access.HasFlag(DeviceAccess.Write) ? "w" : "")
            + (access.HasFlag(DeviceAccess.MakeNode) ? "m" : "");

    private readonly record struct Pattern(char Kind, int? Major, int? Minor)
    {
        /// <summary>The patterns that cover all devices of this one and more.</summary>
        internal IEnumerable<Pattern> Wider()
        {
            if (Major is not null)
            {
                yield return this with { Major = null };
            }

            if (Minor is not null)
            {
                yield return this with { Minor = null };
            }

            if (Major is not null && Minor is not null)
            {
                yield return new Pattern(Kind, null, null);
            }
        }

        public override string ToString() => $"{Kind} {Number(Major)}:{Number(Minor)}";

        private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "*";
    }
}
