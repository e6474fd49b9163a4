namespace Isolation;

/// <summary>Limits the memory in huge pages of one size.</summary>
/// <param name="PageSize">The page size in bytes, a power of two from 64 KiB to 16 GiB that the host supports.</param>
/// <param name="Bytes">The maximum memory in pages of that size, in bytes, 0 or more.</param>
public sealed record HugePageLimit(long PageSize, long Bytes);
