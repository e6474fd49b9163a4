namespace Isolation.Linux.Commands.Payloads;

/// <summary>Contains the addresses of the words in which the process of a payload records its progress.</summary>
/// <param name="Start">The address of the time of the start, a <c>struct timespec</c>.</param>
/// <param name="CpuTime">The address of the CPU time used before the start, a <c>struct timespec</c>.</param>
/// <param name="Prepared">The address of the word that becomes 0 when the process is prepared.</param>
internal readonly record struct PayloadRecord(long Start, long CpuTime, long Prepared);
