using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Provides rules for the devices that programs expect and that reveal nothing about the host: null, zero, full,
/// random, urandom, tty and pseudo-terminals. They are the devices of a <see cref="DeviceMount"/>.
/// </summary>
/// <remarks>
/// The rules also allow the creation of nodes of every kind, as container engines do
/// (https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#default-devices).
/// </remarks>
public static class DefaultDevices
{
    /// <summary>The first major number of pseudo-terminals, and the only one in use.</summary>
    private const int PseudoTerminals = 136;

    /// <summary>Gets the rules, for <see cref="SandboxLimits.Devices"/>.</summary>
    public static ImmutableArray<DeviceRule> Rules { get; } =
    [
        // A node that cannot be opened is harmless, and archives can contain nodes.
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
