namespace Isolation;

/// <summary>Pseudo-terminals in a <see cref="DeviceMount"/>.</summary>
public enum DeviceTerminals
{
    /// <summary>A devpts instance of the sandbox's own.</summary>
    Own,

    /// <summary>No pseudo-terminals.</summary>
    None,
}
