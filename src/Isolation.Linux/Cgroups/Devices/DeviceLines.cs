using System.Collections.Immutable;
using System.Globalization;

namespace Isolation.Linux.Cgroups.Devices;

/// <summary>
/// Creates the lines of an allow-list for cgroup v1, of which the kernel takes one per write; see
/// https://docs.kernel.org/admin-guide/cgroup-v1/devices.html.
/// </summary>
internal static class DeviceLines
{
    /// <summary>
    /// The line written to <c>devices.deny</c> first. It refuses all devices and clears all exceptions.
    /// </summary>
    internal const string DenyAll = "a";

    /// <summary>The line written to <c>devices.allow</c> to remove the limit.</summary>
    internal const string All = "a";

    /// <summary>Creates the lines that are written to <c>devices.allow</c> after <see cref="DenyAll"/>.</summary>
    /// <remarks>
    /// The kernel checks whether a single line covers an access (<c>match_exception</c> in security/device_cgroup.c).
    /// Rules add up, so each line also has the accesses of all rules that cover its devices, and rules that partly
    /// overlap get a line for their intersection.
    /// </remarks>
    internal static ImmutableArray<string> Allow(IEnumerable<DevicesByNumber> rules)
    {
        OrderedDictionary<Pattern, DeviceAccess> allowed = [];
        foreach (DevicesByNumber rule in rules)
        {
            // Never the letter for both kinds: the kernel takes it as permission for everything and ignores the rest.
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

    /// <summary>Gets the accesses allowed for all devices of a pattern.</summary>
    private static DeviceAccess Sum(OrderedDictionary<Pattern, DeviceAccess> allowed, Pattern pattern) =>
        pattern.Wider().Aggregate(allowed[pattern], (sum, wider) => sum | allowed.GetValueOrDefault(wider));

    /// <summary>Returns whether a wider pattern allows the same accesses.</summary>
    private static bool IsSpokenFor(OrderedDictionary<Pattern, DeviceAccess> allowed, Pattern pattern) =>
        pattern.Wider().Any(wider => allowed.ContainsKey(wider) && Sum(allowed, wider) == Sum(allowed, pattern));

    private static string Letters(DeviceAccess access) =>
        (access.HasFlag(DeviceAccess.Read) ? "r" : "") + (access.HasFlag(DeviceAccess.Write) ? "w" : "")
            + (access.HasFlag(DeviceAccess.MakeNode) ? "m" : "");

    private readonly record struct Pattern(char Kind, int? Major, int? Minor)
    {
        /// <summary>Gets the patterns that cover all devices of this one, and more.</summary>
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
