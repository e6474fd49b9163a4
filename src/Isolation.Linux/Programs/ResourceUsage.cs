using System.Runtime.InteropServices;

namespace Isolation.Linux.Programs;

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
}
