using System.Runtime.InteropServices;

namespace Isolation.TestHost;

/// <summary>Contains native calls without an equivalent in .NET.</summary>
internal static unsafe partial class Native
{
    internal const int OpenFiles = 7;
    internal const int Processes = 6;

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static partial int ChangeLimit(int process, int resource, ulong* changed, ulong* old);

    /// <summary>Sets the soft limit of this process, keeps the hard limit, and returns the old soft limit.</summary>
    internal static ulong SetSoftLimit(int resource, ulong value)
    {
        ulong* old = stackalloc ulong[2];
        Check(ChangeLimit(0, resource, null, old));
        ulong* changed = stackalloc ulong[2] { value, old[1] };
        Check(ChangeLimit(0, resource, changed, null));
        return old[0];
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"prlimit: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
