namespace Isolation;

/// <summary>
/// Represents pressure: time that processes lost waiting for the CPU, memory or I/O. The kernel updates its averages
/// every two seconds.
/// </summary>
/// <param name="Some">The time in which at least one process waited.</param>
/// <param name="Full">
/// The time in which all processes that had work to do waited, so that no work was done. Null if the kernel does not
/// report it, as for the CPU before Linux 5.13.
/// </param>
public readonly record struct PressureFigures(PressureStall Some, PressureStall? Full);
