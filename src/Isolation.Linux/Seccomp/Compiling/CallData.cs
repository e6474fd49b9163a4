namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// Provides the offsets of the fields of <c>struct seccomp_data</c> on little-endian machines. See linux/seccomp.h.
/// </summary>
internal static class CallData
{
    internal const int Number = 0;
    internal const int Architecture = 4;

    /// <summary>Gets the offset of the low half of an argument.</summary>
    internal static int Low(int argument) => 16 + (8 * argument);

    /// <summary>Gets the offset of the high half of an argument.</summary>
    internal static int High(int argument) => Low(argument) + 4;
}
