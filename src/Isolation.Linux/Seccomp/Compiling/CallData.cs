namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// Where things are in <c>struct seccomp_data</c>, on machines with the low half of a word first. See linux/seccomp.h.
/// </summary>
internal static class CallData
{
    internal const int Number = 0;
    internal const int Architecture = 4;

    /// <summary>The low half of an argument.</summary>
    internal static int Low(int argument) => 16 + (8 * argument);

    /// <summary>The high half of an argument.</summary>
    internal static int High(int argument) => Low(argument) + 4;
}
