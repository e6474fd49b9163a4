using System.Buffers;
using System.Text;

namespace Isolation.Linux.Interop;

/// <summary>Provides calls for files and descriptors.</summary>
internal static unsafe partial class Kernel
{
    internal const int AtFdcwd = -100;
    internal const int AtEmptyPath = 0x1000;
    internal const int AtRemoveDirectory = 0x200;
    internal const int AtSymlinkNofollow = 0x100;
    internal const int AtRecursive = 0x8000;

    internal const int ORdonly = 0;
    internal const int OWronly = 1;
    internal const int ORdwr = 2;
    internal const int OCreat = 0x40;
    internal const int OExcl = 0x80;
    internal const int ONoctty = 0x100;
    internal const int OTrunc = 0x200;
    internal const int ONonblock = 0x800;
    internal const int OCloexec = 0x80000;
    internal const int OPath = 0x200000;

    /// <summary>O_DIRECTORY, which differs between architectures like <see cref="ONofollow"/>.</summary>
    internal static readonly int ODirectory = DirectoryFlag(Calls);

    /// <summary>O_NOFOLLOW, which differs between architectures.</summary>
    internal static readonly int ONofollow = NofollowFlag(Calls);

    internal const int FDupfdCloexec = 1030;
    internal const int FAddSeals = 1033;
    internal const int FGetfl = 3;
    internal const int FSetfl = 4;
    internal const int LockExclusive = 2;
    internal const int LockNonblocking = 4;
    internal const int LockUnlock = 8;
    internal const int SealSeal = 1;
    internal const int SealShrink = 2;
    internal const int SealGrow = 4;
    internal const int SealWrite = 8;

    internal const int MfdCloexec = 1;
    internal const int MfdAllowSealing = 2;
    internal const int MfdExec = 0x10;

    internal const uint CloseRangeCloexec = 4;

    internal const int WOk = 2;

    internal const int Fionread = 0x541B;

    internal const int ProtRead = 1;
    internal const int ProtExec = 4;
    internal const int MapPrivate = 2;

    /// <summary>Gets O_DIRECTORY for an architecture.</summary>
    internal static int DirectoryFlag(SystemCallTable calls) => calls == SystemCallTable.Arm64 ? 0x4000 : 0x10000;

    /// <summary>Gets O_NOFOLLOW for an architecture.</summary>
    internal static int NofollowFlag(SystemCallTable calls) => calls == SystemCallTable.Arm64 ? 0x8000 : 0x20000;

    /// <summary>fchmod(2).</summary>
    internal static long fchmod(int fd, int mode) => Invoke(Calls.Fchmod, fd, mode);

    /// <summary>close(2).</summary>
    internal static long close(int fd) => Invoke(Calls.Close, fd);

    /// <summary>openat(2).</summary>
    internal static long openat(int directory, string path, int flags, int mode = 0)
    {
        using NativeText text = new(path);
        return Invoke(Calls.Openat, directory, text.Address, flags, mode);
    }

    /// <summary>openat2(2), Linux 5.6.</summary>
    internal static long openat2(int directory, string path, int flags, int mode, long resolve)
    {
        using NativeText text = new(path);
        long* how = stackalloc long[3] { flags, mode, resolve };
        return Invoke(Calls.Openat2, directory, text.Address, (long)how, 3 * sizeof(long));
    }

    /// <summary>mkdirat(2).</summary>
    internal static long mkdir(string path, int mode)
    {
        using NativeText text = new(path);
        return Invoke(Calls.Mkdirat, AtFdcwd, text.Address, mode);
    }

    /// <summary>unlinkat(2) of an empty directory.</summary>
    internal static long rmdir(string path)
    {
        using NativeText text = new(path);
        return Invoke(Calls.Unlinkat, AtFdcwd, text.Address, AtRemoveDirectory);
    }

    /// <summary>write(2), repeated until all bytes are written.</summary>
    internal static long write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                long written = Invoke(Calls.Write, fd, (long)(start + done), bytes.Length - done);
                if (written == -Errno.EINTR)
                {
                    continue;
                }

                if (written < 0)
                {
                    return written;
                }

                done += (int)written;
            }

            return done;
        }
    }

    /// <summary>write(2), for as many bytes as currently fit.</summary>
    internal static long write_once(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return Invoke(Calls.Write, fd, (long)start, bytes.Length);
        }
    }

    /// <summary>read(2).</summary>
    internal static long read(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Invoke(Calls.Read, fd, (long)start, buffer.Length);
        }
    }

    /// <summary>pread64(2) from offset 0.</summary>
    internal static long pread(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Invoke(Calls.Pread64, fd, (long)start, buffer.Length, 0);
        }
    }

    /// <summary>sendfile(2), from the current position of the source.</summary>
    internal static long sendfile(int target, int source, long count) =>
        Invoke(Calls.Sendfile, target, source, 0, count);

    /// <summary>lseek(2) relative to the start.</summary>
    internal static long lseek(int fd, long offset) => Invoke(Calls.Lseek, fd, offset, 0);

    /// <summary>fchown(2).</summary>
    internal static long fchown(int fd, uint user, uint group)
    {
        byte empty = 0;
        return Invoke(Calls.Fchownat, fd, (long)(&empty), user, group, AtEmptyPath);
    }

    /// <summary>memfd_create(2).</summary>
    internal static long memfd_create(string name, int flags)
    {
        using NativeText text = new(name);
        return Invoke(Calls.MemfdCreate, text.Address, flags);
    }

    /// <summary>fcntl(2).</summary>
    internal static long fcntl(int fd, int command, long argument) => Invoke(Calls.Fcntl, fd, command, argument);

    /// <summary>flock(2).</summary>
    internal static long flock(int fd, int operation) => Invoke(Calls.Flock, fd, operation);

    /// <summary>FIONREAD of ioctl(2). Gets the number of bytes that can be read without blocking.</summary>
    internal static long fionread(int fd)
    {
        int count = 0;
        long result = Invoke(Calls.Ioctl, fd, Fionread, (long)(&count));
        return result < 0 ? result : count;
    }

    /// <summary>pipe2(2).</summary>
    internal static long pipe2(out int readEnd, out int writeEnd, int flags)
    {
        int* ends = stackalloc int[2];
        long result = Invoke(Calls.Pipe2, (long)ends, flags);
        (readEnd, writeEnd) = (ends[0], ends[1]);
        return result;
    }

    /// <summary>mmap(2).</summary>
    internal static long mmap(long length, int protection, int flags, int fd, long offset) =>
        Invoke(Calls.Mmap, 0, length, protection, flags, fd, offset);

    /// <summary>faccessat(2). Checks the access of the process to a file.</summary>
    internal static long faccessat(string path, int mode)
    {
        using NativeText text = new(path);
        return Invoke(Calls.Faccessat, AtFdcwd, text.Address, mode);
    }

    /// <summary>getxattr(2). Returns the size of the value.</summary>
    internal static long getxattr(string path, string name, Span<byte> value)
    {
        using NativeText text = new(path);
        using NativeText key = new(name);
        fixed (byte* start = value)
        {
            return Invoke(Calls.Getxattr, text.Address, key.Address, (long)start, value.Length);
        }
    }

    /// <summary>geteuid(2).</summary>
    internal static uint geteuid() => (uint)Invoke(Calls.Geteuid);

    /// <summary>getegid(2).</summary>
    internal static uint getegid() => (uint)Invoke(Calls.Getegid);

    /// <summary>Represents a zero-terminated UTF-8 copy of a string that lives for one call.</summary>
    internal readonly ref struct NativeText
    {
        private readonly byte[] _rented;
        private readonly System.Runtime.InteropServices.GCHandle _pin;

        internal NativeText(string text)
        {
            _rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length) + 1);
            _rented[Encoding.UTF8.GetBytes(text, _rented)] = 0;
            _pin = System.Runtime.InteropServices.GCHandle.Alloc(
                _rented, System.Runtime.InteropServices.GCHandleType.Pinned);
        }

        internal long Address => _pin.AddrOfPinnedObject();

        public void Dispose()
        {
            _pin.Free();
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
