using System.Runtime.InteropServices;

namespace Isolation.Linux.Init;

/// <summary>What init tells of a command that ended. The usage is <c>struct rusage</c>, see getrusage(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ExitReport
{
    internal InitMessage Kind;
    internal long Token;
    internal long ProcessId;
    internal int Status;
    private readonly int _padding;
    internal long EndSeconds;
    internal long EndNanoseconds;
    internal ResourceUsage Usage;

    /// <summary>
    /// Whether the process that reaped it has further children: a negated ECHILD if it has none, so that nothing can be
    /// left of the command.
    /// </summary>
    internal long Left;

    /// <summary>Comes from the command's entry, not from the common part of the report.</summary>
    internal long StartSeconds;
    internal long StartNanoseconds;

    /// <summary>The CPU time of the command's process before it became the payload; likewise.</summary>
    internal long CpuAtStartSeconds;
    internal long CpuAtStartNanoseconds;
}
