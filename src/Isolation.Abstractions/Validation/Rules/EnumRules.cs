namespace Isolation;

/// <summary>Validates enumeration values, which a cast or a configuration file can set to undefined values.</summary>
internal static class EnumRules
{
    private const MountOptions AllMountOptions =
        MountOptions.NoSetUserId | MountOptions.NoDevices | MountOptions.NoExecute | MountOptions.NoSymbolicLinks;

    private const UnixFileMode AllModes = (UnixFileMode)0b111_111_111_111;

    // These enumerations have no gaps and start at zero, so comparing with the highest member suffices. Enum.IsDefined
    // would read the type's metadata.
    public static string? FindFault(MountAccess value) =>
        Check((int)value, (int)MountAccess.ReadWrite, nameof(MountAccess));

    public static string? FindFault(Requirement value) =>
        Check((int)value, (int)Requirement.Prefer, nameof(Requirement));

    public static string? FindFault(CommandRole value) =>
        Check((int)value, (int)CommandRole.Init, nameof(CommandRole));

    public static string? FindFault(SandboxLifetime value) =>
        Check((int)value, (int)SandboxLifetime.Detached, nameof(SandboxLifetime));

    public static string? FindFault(BindScope value) => Check((int)value, (int)BindScope.TopOnly, nameof(BindScope));

    public static string? FindFault(MountPropagation value) =>
        Check((int)value, (int)MountPropagation.Unbindable, nameof(MountPropagation));

    public static string? FindFault(MountOwnership value) =>
        Check((int)value, (int)MountOwnership.Mapped, nameof(MountOwnership));

    public static string? FindFault(EntryOwner value) => Check((int)value, (int)EntryOwner.User, nameof(EntryOwner));

    public static string? FindFault(DeviceTerminals value) =>
        Check((int)value, (int)DeviceTerminals.None, nameof(DeviceTerminals));

    public static string? FindFault(ProcContent value) =>
        Check((int)value, (int)ProcContent.ProcessesOnly, nameof(ProcContent));

    public static string? FindFault(ProcessVisibility value) =>
        Check((int)value, (int)ProcessVisibility.Traceable, nameof(ProcessVisibility));

    public static string? FindFault(OutOfMemoryKill value) =>
        Check((int)value, (int)OutOfMemoryKill.WholeCommandIfPossible, nameof(OutOfMemoryKill));

    public static string? FindFault(CommandLeftovers value) =>
        Check((int)value, (int)CommandLeftovers.Keep, nameof(CommandLeftovers));

    public static string? FindFault(LimitedResource value) =>
        Check((int)value, (int)LimitedResource.RealTimeTime, nameof(LimitedResource));

    public static string? FindFault(SystemCallProfile value) =>
        Check((int)value, (int)SystemCallProfile.Unprivileged, nameof(SystemCallProfile));

    public static string? FindFault(LandlockMountRules value) =>
        Check((int)value, (int)LandlockMountRules.Follow, nameof(LandlockMountRules));

    public static string? FindFault(ArgumentOperator value) =>
        Check((int)value, (int)ArgumentOperator.MaskedEqual, nameof(ArgumentOperator));

    public static string? FindFault(DeviceKind value) =>
        Check((int)value, (int)DeviceKind.Character, nameof(DeviceKind));

    public static string? FindFault(SystemCallObservation value) =>
        Check((int)value, (int)SystemCallObservation.All, nameof(SystemCallObservation));

    public static string? FindFault(NewPrivileges value) =>
        Check((int)value, (int)NewPrivileges.Allowed, nameof(NewPrivileges));

    public static string? FindFault(Capabilities value) =>
        (value & ~Capabilities.All) == 0
            ? null
            : $"Has bits that {nameof(Capabilities)} does not define: {value & ~Capabilities.All}.";

    public static string? FindFault(SecureBits value) =>
        (value & ~SecureBits.Locked) == 0
            ? null
            : $"Has bits that {nameof(SecureBits)} does not define: {value & ~SecureBits.Locked}.";

    public static string? FindFault(SpeculationControls value) =>
        (value & ~SpeculationControls.All) == 0
            ? null
            : $"Has bits that {nameof(SpeculationControls)} does not define: {value & ~SpeculationControls.All}.";

    public static string? FindFault(DeviceAccess value) =>
        value == DeviceAccess.None ? "Must specify at least one access."
        : (value & ~DeviceAccess.All) == 0 ? null
        : $"Has bits that {nameof(DeviceAccess)} does not define: {value & ~DeviceAccess.All}.";

    public static string? FindFault(MountOptions value) =>
        (value & ~AllMountOptions) == 0
            ? null
            : $"Has bits that {nameof(MountOptions)} does not define: {value & ~AllMountOptions}.";

    public static string? FindFault(UnixFileMode value) =>
        (value & ~AllModes) == 0
            ? null
            : $"Must be permissions from 0 to 7777 (octal), but is {Convert.ToString((int)value, 8)}.";

    private static string? Check(int value, int last, string type) =>
        (uint)value <= (uint)last ? null : $"Is {value}, which {type} does not define.";
}
