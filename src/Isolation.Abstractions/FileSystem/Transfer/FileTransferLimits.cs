namespace Isolation;

/// <summary>How much <see cref="ISandboxFiles"/> moves before it refuses.</summary>
public sealed record FileTransferLimits
{
    /// <summary>The most files, directories and things left out together, 1 or more. Default: 10,000.</summary>
    public int MaximumEntries { get; init; } = 10_000;

    /// <summary>The most bytes of all files together, holes counted in full, 0 or more. Default: 256 MiB.</summary>
    public long MaximumBytes { get; init; } = 256L << 20;

    /// <summary>The most directories in each other, 1 to 100. Default: 32.</summary>
    public int MaximumDepth { get; init; } = 32;

    /// <summary>Throws if a number is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public void Validate()
    {
        const int MostDepth = 100;
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumEntries, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumDepth, MostDepth);
    }
}
