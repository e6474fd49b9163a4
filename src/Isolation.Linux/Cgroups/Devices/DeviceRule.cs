using System.Globalization;

namespace Isolation.Linux.Cgroups.Devices;

/// <summary>Devices that are allowed.</summary>
internal sealed record DeviceRule
{
    /// <summary>The kernel packs a device into 12 bits for the major number and 20 for the minor.</summary>
    internal const int MaximumMajor = 0xFFF;

    internal const int MaximumMinor = 0xFFFFF;

    internal DeviceRule(DeviceKind kind, int? major, int? minor, DeviceAccess access)
    {
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of device.");
        }

        RequireNumber(major, MaximumMajor, nameof(major));
        RequireNumber(minor, MaximumMinor, nameof(minor));
        if (access == DeviceAccess.None || (access & ~DeviceAccess.All) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(access), access, "A rule allows one access or more.");
        }

        (Kind, Major, Minor, Access) = (kind, major, minor, access);
    }

    internal DeviceKind Kind { get; }

    /// <summary>The major number, or null for any.</summary>
    internal int? Major { get; }

    /// <summary>The minor number, or null for any.</summary>
    internal int? Minor { get; }

    internal DeviceAccess Access { get; }

    internal bool AllowsEverything => Kind == DeviceKind.Any && Major is null && Minor is null && Access == DeviceAccess.All;

    /// <summary>
    /// What to write to <c>devices.allow</c>. A rule for any kind is two lines, since the kernel takes the letter for
    /// both as leave for everything and reads no further.
    /// </summary>
    internal IEnumerable<string> ToLines()
    {
        string rest = $" {Number(Major)}:{Number(Minor)} {Letters(Access)}";
        if (Kind != DeviceKind.Block)
        {
            yield return "c" + rest;
        }

        if (Kind != DeviceKind.Character)
        {
            yield return "b" + rest;
        }
    }

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "*";

    private static string Letters(DeviceAccess access) =>
        (access.HasFlag(DeviceAccess.Read) ? "r" : "") + (access.HasFlag(DeviceAccess.Write) ? "w" : "") + (access.HasFlag(DeviceAccess.MakeNode) ? "m" : "");

    private static void RequireNumber(int? number, int maximum, string name)
    {
        if (number < 0 || number > maximum)
        {
            throw new ArgumentOutOfRangeException(name, number, $"The number of a device is between 0 and {maximum}.");
        }
    }
}
