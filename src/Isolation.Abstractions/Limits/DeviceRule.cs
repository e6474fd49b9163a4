namespace Isolation;

/// <summary>
/// Allows access to one or more devices, for <see cref="SandboxLimits.Devices"/>: <see cref="DevicesByNumber"/> or
/// <see cref="DeviceByPath"/>.
/// </summary>
/// <remarks>
/// The rules of a list are combined: a request is allowed if a rule allows each part of it. For example, a rule for
/// reading and a rule for writing together allow opening for both.
/// </remarks>
public abstract record DeviceRule
{
    private protected DeviceRule(DeviceAccess access) => Access = access;

    /// <summary>
    /// Gets the allowed access, which must not be <see cref="DeviceAccess.None"/>. Default: reading and writing.
    /// </summary>
    public DeviceAccess Access { get; init; }
}
