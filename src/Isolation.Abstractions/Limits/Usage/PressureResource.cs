namespace Isolation;

/// <summary>Specifies a resource that commands may have to wait for.</summary>
public enum PressureResource
{
    /// <summary>CPU time. <c>cpu.pressure</c>.</summary>
    Cpu,

    /// <summary>Memory that must be reclaimed or read again. <c>memory.pressure</c>.</summary>
    Memory,

    /// <summary>I/O. <c>io.pressure</c>.</summary>
    InputOutput,
}
