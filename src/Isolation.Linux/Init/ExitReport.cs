using System.Runtime.InteropServices;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Init;

/// <summary>Represents init's report of a command that ended.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ExitReport
{
    /// <summary>The first word of the message. See <see cref="InitMessage"/>.</summary>
    internal long Header;
    internal long Token;
    internal long ProcessId;
    internal int Status;
    private readonly int _padding;
    internal long EndSeconds;
    internal long EndNanoseconds;
    internal ResourceUsage Usage;

    /// <summary>
    /// A negated ECHILD if the process that reaped the command has no further children, so that no process of the
    /// command can be left.
    /// </summary>
    internal long Left;

    /// <summary>The start time, from the command's entry and not from the common part of the report.</summary>
    internal long StartSeconds;
    internal long StartNanoseconds;

    /// <summary>The CPU time of the command's process before it became the payload, also from the entry.</summary>
    internal long CpuAtStartSeconds;
    internal long CpuAtStartNanoseconds;
}
