namespace Isolation;

/// <summary>
/// Pressure: time that processes lost because they had to wait for the CPU, for memory, or for I/O. The kernel renews
/// its averages every two seconds.
/// </summary>
/// <param name="Some">The time in which at least one process waited.</param>
/// <param name="Full">The time in which all that had something to do waited, so that nothing was done. Null where the
/// kernel does not tell it: of the CPU before Linux 5.13.</param>
public readonly record struct PressureFigures(PressureStall Some, PressureStall? Full);
