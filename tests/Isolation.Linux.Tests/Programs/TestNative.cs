using System.Runtime.InteropServices;

namespace Isolation.Linux.Tests.Programs;

/// <summary>
/// Contains C library calls that load code as the library does: write it to a file, seal the file and map it.
/// </summary>
internal static partial class TestNative
{
    public const uint MFD_ALLOW_SEALING = 2;
    public const int F_ADD_SEALS = 1033;
    public const int F_SEAL_SEAL = 1;
    public const int F_SEAL_SHRINK = 2;
    public const int F_SEAL_GROW = 4;
    public const int F_SEAL_WRITE = 8;
    public const int PROT_READ = 1;
    public const int PROT_EXEC = 4;
    public const int MAP_SHARED = 1;
    public const nint MAP_FAILED = -1;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, ReadOnlySpan<byte> buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int fd, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint mmap(nint address, nint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int munmap(nint address, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    /// <summary>Creates a sealed in-memory file.</summary>
    public static int SealedFile(ReadOnlySpan<byte> content)
    {
        // Without close-on-exec, because the executed program opens the file by its path.
        int fd = Check(memfd_create("isolation-test", MFD_ALLOW_SEALING));
        Assert.That(write(fd, content, content.Length), Is.EqualTo((nint)content.Length));
        _ = Check(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE));
        return fd;
    }

    private static int Check(int result) =>
        result >= 0 ? result : throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());
}
