namespace Isolation;

/// <summary>A <see cref="BindMount"/> as it is written down in a configuration.</summary>
public sealed class BindOptions
{
    /// <summary>The absolute path on the host.</summary>
    public string Source { get; set; } = "";

    /// <summary>The absolute path inside. Default: the same as <see cref="Source"/>.</summary>
    public string? Target { get; set; }

    /// <summary>Whether the payload may write to it. Default: <see cref="MountAccess.ReadOnly"/>.</summary>
    public MountAccess Access { get; set; }
}
