namespace Isolation;

/// <summary>
/// Allows something with one device or several, for <see cref="SandboxLimits.Devices"/>: <see cref="DevicesByNumber"/>
/// or <see cref="DeviceByPath"/>. The rules of a list add up: what is asked for is allowed if each part of it is
/// allowed by some rule, so a rule for reading and another for writing allow opening for both.
/// </summary>
public abstract record DeviceRule
{
    private protected DeviceRule(DeviceAccess access) => Access = access;

    /// <summary>What is allowed, not <see cref="DeviceAccess.None"/>. Default: reading and writing.</summary>
    public DeviceAccess Access { get; init; }
}
