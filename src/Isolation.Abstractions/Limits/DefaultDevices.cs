using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// The devices that programs expect and that give nothing of the host away: null, zero, full, random, urandom, tty and
/// pseudo-terminals, and making nodes of every kind, as container engines allow them
/// (https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#default-devices). They are those of a
/// <see cref="DeviceMount"/>.
/// </summary>
public static class DefaultDevices
{
    /// <summary>The first of the major numbers of pseudo-terminals, and the only one in use.</summary>
    private const int PseudoTerminals = 136;

    /// <summary>The list, for <see cref="SandboxLimits.Devices"/>.</summary>
    public static ImmutableArray<DeviceRule> Rules { get; } =
    [
        // A node that may not be opened harms nobody, and archives are unpacked with their nodes.
        new DevicesByNumber(DeviceKind.Any, null, null, DeviceAccess.MakeNode),
        Character(1, 3), // null
        Character(1, 5), // zero
        Character(1, 7), // full
        Character(1, 8), // random
        Character(1, 9), // urandom
        Character(5, 0), // tty
        Character(5, 2), // ptmx
        Character(PseudoTerminals, null),
    ];

    private static DevicesByNumber Character(int major, int? minor) =>
        new(DeviceKind.Character, major, minor, DeviceAccess.All);
}
