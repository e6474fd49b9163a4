using System.Runtime.InteropServices;

namespace Isolation.Linux.Interop;

/// <summary>
/// Provides all system calls that the application process makes itself. Every wrapper returns the kernel's result: zero
/// or more, or a negated error number. See syscall(2).
/// </summary>
internal static partial class Kernel
{
    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long RawCall(long number, long a, long b, long c, long d, long e, long f);

    /// <summary>Makes a system call.</summary>
    internal static long Invoke(int number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0)
    {
        long result = RawCall(number, a, b, c, d, e, f);
        return result == -1 ? -Marshal.GetLastPInvokeError() : result;
    }
}
