namespace Isolation;

/// <summary>Stores writes in memory and discards them with the sandbox.</summary>
public sealed record TemporaryUpper : OverlayUpper
{
    /// <summary>Gets the maximum number of bytes that can be written. Default: 64 MiB.</summary>
    public long Size { get; init; } = 64L << 20;
}
