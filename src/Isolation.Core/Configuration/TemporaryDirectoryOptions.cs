namespace Isolation;

/// <summary>A <see cref="TemporaryMount"/> as it is written down in a configuration.</summary>
public sealed class TemporaryDirectoryOptions
{
    /// <summary>The absolute path inside.</summary>
    public string Target { get; set; } = "";

    /// <summary>The most that it holds, in bytes. Default: 64 MiB.</summary>
    public long Size { get; set; } = 64.MiB();
}
