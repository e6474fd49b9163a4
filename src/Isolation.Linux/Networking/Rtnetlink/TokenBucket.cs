namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Represents a limit on the bytes per second that leave by a link.</summary>
/// <param name="BytesPerSecond">The rate, in bytes per second.</param>
/// <param name="Burst">The bytes that may leave at once after a pause; at least one packet.</param>
/// <param name="Limit">The bytes that wait for their turn; what exceeds them is dropped.</param>
internal sealed record TokenBucket(long BytesPerSecond, int Burst, int Limit);
