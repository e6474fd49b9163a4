namespace Isolation;

/// <summary>Represents a <see cref="TemporaryMount"/> in the configuration.</summary>
public sealed class TemporaryDirectoryOptions
{
    /// <summary>Gets or sets the absolute path in the sandbox.</summary>
    public string Target { get; set; } = "";

    /// <summary>Gets or sets the maximum size in bytes. Default: 64 MiB.</summary>
    public long Size { get; set; } = 64.MiB();
}
