using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Isolation.Linux.Interop;

/// <summary>Provides calls for Unix sockets with a path (unix(7)) and for file events.</summary>
internal static unsafe partial class Kernel
{
    internal const int SoPeercred = 17;
    internal const int InotifyNonblock = 0x800;
    internal const uint InotifyModify = 2;

    private const int AddressCapacity = 110;

    /// <summary>bind(2) to a path of at most 107 bytes.</summary>
    internal static long bind(int socket, string path) => WithAddress(Calls.Bind, socket, path);

    /// <summary>connect(2) to a path of at most 107 bytes.</summary>
    internal static long connect(int socket, string path) => WithAddress(Calls.Connect, socket, path);

    /// <summary>socket(2).</summary>
    internal static long socket(int family, int type) => Invoke(Calls.Socket, family, type, 0);

    /// <summary>getsockopt(2) for SO_PEERCRED: the process that listens, or that created the pair.</summary>
    internal static long getpeercred(int socket, out PeerCredentials peer)
    {
        PeerCredentials found = default;
        int size = sizeof(PeerCredentials);
        long result = Invoke(Calls.Getsockopt, socket, SolSocket, SoPeercred, (long)(&found), (long)(&size));
        peer = found;
        return result;
    }

    /// <summary>inotify_init1(2).</summary>
    internal static long inotify_init(int flags) => Invoke(Calls.InotifyInit1, flags);

    /// <summary>inotify_add_watch(2).</summary>
    internal static long inotify_add_watch(int inotify, string path, uint events)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            return Invoke(Calls.InotifyAddWatch, inotify, (long)name, events);
        }
    }

    /// <summary>write(2) to a socket as one message, without SIGPIPE.</summary>
    internal static long send(int socket, ReadOnlySpan<byte> message)
    {
        fixed (byte* start = message)
        {
            return Invoke(Calls.Sendto, socket, (long)start, message.Length, MsgNosignal, 0, 0);
        }
    }

    private static long WithAddress(int call, int socket, string path)
    {
        // struct sockaddr_un: the family, then the path with its terminator.
        byte* address = stackalloc byte[AddressCapacity];
        Span<byte> bytes = new(address, AddressCapacity);
        bytes.Clear();
        BinaryPrimitives.WriteInt16LittleEndian(bytes, AfUnix);
        int length = Encoding.UTF8.GetByteCount(path);
        if (length > AddressCapacity - 3)
        {
            return -Errno.ENAMETOOLONG;
        }

        Encoding.UTF8.GetBytes(path, bytes[2..]);
        return Invoke(call, socket, (long)address, 2 + length + 1);
    }

    /// <summary>Represents <c>struct ucred</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PeerCredentials
    {
        internal int ProcessId;
        internal uint UserId;
        internal uint GroupId;
    }
}
