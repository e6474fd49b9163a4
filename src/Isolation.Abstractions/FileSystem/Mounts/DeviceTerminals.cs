namespace Isolation;

/// <summary>Specifies the pseudo-terminals in a <see cref="DeviceMount"/>.</summary>
public enum DeviceTerminals
{
    /// <summary>The sandbox has its own devpts instance.</summary>
    Own,

    /// <summary>The sandbox has no pseudo-terminals.</summary>
    None,
}
