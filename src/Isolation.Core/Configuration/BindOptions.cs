namespace Isolation;

/// <summary>Represents a <see cref="BindMount"/> in the configuration.</summary>
public sealed class BindOptions
{
    /// <summary>Gets or sets the absolute path on the host.</summary>
    public string Source { get; set; } = "";

    /// <summary>Gets or sets the absolute path in the sandbox. Default: the same as <see cref="Source"/>.</summary>
    public string? Target { get; set; }

    /// <summary>Gets or sets the access of the payload. Default: <see cref="MountAccess.ReadOnly"/>.</summary>
    public MountAccess Access { get; set; }
}
