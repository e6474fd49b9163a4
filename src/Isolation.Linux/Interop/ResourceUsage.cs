using System.Runtime.InteropServices;

namespace Isolation.Linux.Interop;

/// <summary>Represents <c>struct rusage</c>, see getrusage(2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 144)]
internal struct ResourceUsage
{
    internal long UserSeconds;
    internal long UserMicroseconds;
    internal long SystemSeconds;
    internal long SystemMicroseconds;

    /// <summary>The maximum resident set size, in KiB.</summary>
    internal long MaximumResidentSet;

    private readonly long _sharedText;
    private readonly long _unsharedData;
    private readonly long _unsharedStack;

    /// <summary>The number of page faults that required no I/O.</summary>
    internal long MinorFaults;

    internal long MajorFaults;
}
