namespace Isolation;

/// <summary>Writes go to memory and are gone with the sandbox.</summary>
public sealed record TemporaryUpper : OverlayUpper
{
    /// <summary>The most that can be written, in bytes. Default: 64 MiB.</summary>
    public long Size { get; init; } = 64L << 20;
}
