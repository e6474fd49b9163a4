namespace Isolation.Linux.Interop;

/// <summary>Provides information about device files.</summary>
internal static unsafe partial class Kernel
{
    internal const int FileTypeMask = 0xF000;
    internal const int FifoFile = 0x1000;
    internal const int CharacterFile = 0x2000;
    internal const int DirectoryFile = 0x4000;
    internal const int RegularFile = 0x8000;
    internal const int LinkFile = 0xA000;
    internal const int SocketFile = 0xC000;
    internal const int BlockFile = 0x6000;
    internal const int StatxType = 1;

    internal const int StatxSize = 256;
    internal const int StatxModeOffset = 28;
    internal const int StatxMajorOffset = 128;
    internal const int StatxMinorOffset = 132;

    /// <summary>
    /// statx(2) of the target of a path. The type is one of <see cref="FileTypeMask"/>; the numbers are those of a
    /// device file.
    /// </summary>
    internal static long statx(string path, out int type, out int major, out int minor)
    {
        byte* result = stackalloc byte[StatxSize];
        using NativeText text = new(path);
        long error = Invoke(Calls.Statx, AtFdcwd, text.Address, 0, StatxType, (long)result);
        type = error < 0 ? 0 : *(ushort*)(result + StatxModeOffset) & FileTypeMask;
        major = error < 0 ? 0 : *(int*)(result + StatxMajorOffset);
        minor = error < 0 ? 0 : *(int*)(result + StatxMinorOffset);
        return error;
    }
}
