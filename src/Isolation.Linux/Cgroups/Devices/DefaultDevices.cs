namespace Isolation.Linux.Cgroups.Devices;

/// <summary>
/// The devices that a program needs and that give nothing away, as in
/// https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#default-devices
/// </summary>
internal static class DefaultDevices
{
    /// <summary>The first of the major numbers of pseudo-terminals.</summary>
    private const int PseudoTerminals = 136;

    internal static IReadOnlyList<DeviceRule> Rules { get; } =
    [
        // A node that may not be opened harms nobody, and archives are unpacked with their nodes.
        new(DeviceKind.Any, null, null, DeviceAccess.MakeNode),
        Character(1, 3), // null
        Character(1, 5), // zero
        Character(1, 7), // full
        Character(1, 8), // random
        Character(1, 9), // urandom
        Character(5, 0), // tty
        Character(5, 2), // ptmx
        Character(PseudoTerminals, null),
    ];

    private static DeviceRule Character(int major, int? minor) => new(DeviceKind.Character, major, minor, DeviceAccess.All);
}
