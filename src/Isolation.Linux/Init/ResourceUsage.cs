using System.Runtime.InteropServices;

namespace Isolation.Linux.Init;

/// <summary><c>struct rusage</c>, see getrusage(2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 144)]
internal struct ResourceUsage
{
    internal long UserSeconds;
    internal long UserMicroseconds;
    internal long SystemSeconds;
    internal long SystemMicroseconds;

    /// <summary>In KiB.</summary>
    internal long MaximumResidentSet;

    private readonly long _sharedText;
    private readonly long _unsharedData;
    private readonly long _unsharedStack;

    /// <summary>Page faults that needed no disk.</summary>
    internal long MinorFaults;

    internal long MajorFaults;
}
