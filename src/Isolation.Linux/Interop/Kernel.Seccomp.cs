namespace Isolation.Linux.Interop;

/// <summary>Filters of system calls. See seccomp(2), https://man7.org/linux/man-pages/man2/seccomp.2.html</summary>
internal static unsafe partial class Kernel
{
    internal const int SeccompSetModeFilter = 1;
}
