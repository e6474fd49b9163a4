namespace Isolation;

/// <summary>Specifies the limits of a transfer by <see cref="ISandboxFiles"/>.</summary>
public sealed record FileTransferLimits
{
    /// <summary>
    /// Gets the maximum number of files, directories and skipped entries together, 1 or more. Default: 10,000.
    /// </summary>
    public int MaximumEntries { get; init; } = 10_000;

    /// <summary>
    /// Gets the maximum size of all files together in bytes, with holes counted in full, 0 or more. Default: 256 MiB.
    /// </summary>
    public long MaximumBytes { get; init; } = 256L << 20;

    /// <summary>Gets the maximum depth of nested directories, 1 to 100. Default: 32.</summary>
    public int MaximumDepth { get; init; } = 32;

    /// <summary>Throws an exception if a value is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public void Validate()
    {
        const int MostDepth = 100;
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumEntries, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumDepth, MostDepth);
    }
}
