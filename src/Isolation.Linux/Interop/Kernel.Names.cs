namespace Isolation.Linux.Interop;

/// <summary>
/// Provides calls that take a name in an open directory. Names are zero-terminated bytes without a specific encoding.
/// </summary>
internal static unsafe partial class Kernel
{
    internal const int RenameNoReplace = 1;

    private const int StatxBasicStats = 0x7FF;
    private const int StatxUserOffset = 20;
    private const int StatxGroupOffset = 24;
    private const int StatxFileSizeOffset = 40;
    private const int StatxInodeOffset = 32;
    private const int StatxDeviceOffset = 136;

    /// <summary>openat(2).</summary>
    internal static long openat(int directory, ReadOnlySpan<byte> name, int flags, int mode = 0)
    {
        fixed (byte* start = name)
        {
            return Invoke(Calls.Openat, directory, (long)start, flags, mode);
        }
    }

    /// <summary>openat2(2), Linux 5.6.</summary>
    internal static long openat2(int directory, ReadOnlySpan<byte> name, int flags, long resolve)
    {
        long* how = stackalloc long[3] { flags, 0, resolve };
        fixed (byte* start = name)
        {
            return Invoke(Calls.Openat2, directory, (long)start, (long)how, 3 * sizeof(long));
        }
    }

    /// <summary>mkdirat(2).</summary>
    internal static long mkdirat(int directory, ReadOnlySpan<byte> name, int mode)
    {
        fixed (byte* start = name)
        {
            return Invoke(Calls.Mkdirat, directory, (long)start, mode);
        }
    }

    /// <summary>unlinkat(2).</summary>
    internal static long unlinkat(int directory, ReadOnlySpan<byte> name, int flags)
    {
        fixed (byte* start = name)
        {
            return Invoke(Calls.Unlinkat, directory, (long)start, flags);
        }
    }

    /// <summary>getdents64(2).</summary>
    internal static long getdents64(int directory, Span<byte> entries)
    {
        fixed (byte* start = entries)
        {
            return Invoke(Calls.Getdents64, directory, (long)start, entries.Length);
        }
    }

    /// <summary>statx(2) of the file of a descriptor.</summary>
    internal static long statx(int fd, out FileStatus status)
    {
        byte empty = 0;
        byte* result = stackalloc byte[StatxSize];
        long error = Invoke(Calls.Statx, fd, (long)(&empty), AtEmptyPath, StatxBasicStats, (long)result);
        if (error < 0)
        {
            status = new FileStatus(0, 0, 0, 0, 0);
            return error;
        }

        int mode = *(ushort*)(result + StatxModeOffset);
        status = new FileStatus(
            mode & FileTypeMask, mode & ~FileTypeMask, *(uint*)(result + StatxUserOffset),
            *(uint*)(result + StatxGroupOffset), *(long*)(result + StatxFileSizeOffset),
            *(ulong*)(result + StatxInodeOffset), *(ulong*)(result + StatxDeviceOffset));
        return error;
    }
}
