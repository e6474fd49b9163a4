namespace Isolation;

/// <summary>How much memory in huge pages may be used.</summary>
/// <param name="PageSize">The size of the pages in bytes, a power of two from 64 KiB to 16 GiB that the host
/// has.</param>
/// <param name="Bytes">The most memory in pages of that size, in bytes, 0 or more.</param>
public sealed record HugePageLimit(long PageSize, long Bytes);
