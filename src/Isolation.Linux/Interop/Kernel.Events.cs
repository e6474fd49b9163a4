using System.Buffers.Binary;

namespace Isolation.Linux.Interop;

/// <summary>Provides epoll and eventfd calls.</summary>
internal static unsafe partial class Kernel
{
    internal const uint EpollIn = 1;
    internal const uint EpollPri = 2;
    internal const uint EpollOut = 4;
    internal const uint EpollEdgeTriggered = 1u << 31;
    internal const int EpollAdd = 1;
    internal const int EpollDelete = 2;
    internal const int EpollCloexec = 0x80000;
    internal const int EventfdCloexec = 0x80000;

    /// <summary>The size of <c>struct epoll_event</c>, which is packed on x86-64 only.</summary>
    internal static readonly int EpollEventSize = Calls == SystemCallTable.Arm64 ? 16 : 12;

    private static readonly int EpollDataOffset = EpollEventSize - sizeof(long);

    /// <summary>eventfd2(2).</summary>
    internal static long eventfd(int flags) => Invoke(Calls.Eventfd2, 0, flags);

    /// <summary>epoll_create1(2).</summary>
    internal static long epoll_create(int flags) => Invoke(Calls.EpollCreate1, flags);

    /// <summary>epoll_ctl(2).</summary>
    internal static long epoll_ctl(int epoll, int operation, int fd, uint events, long data)
    {
        byte* item = stackalloc byte[EpollEventSize];
        *(uint*)item = events;
        BinaryPrimitives.WriteInt64LittleEndian(new Span<byte>(item + EpollDataOffset, sizeof(long)), data);
        return Invoke(Calls.EpollCtl, epoll, operation, fd, (long)item);
    }

    /// <summary>
    /// epoll_pwait(2) without a timeout. Returns the number of events, each of <see cref="EpollEventSize"/> bytes.
    /// </summary>
    internal static long epoll_wait(int epoll, Span<byte> events)
    {
        fixed (byte* start = events)
        {
            return Invoke(Calls.EpollPwait, epoll, (long)start, events.Length / EpollEventSize, -1, 0, 8);
        }
    }

    /// <summary>Gets the data with which an event was registered.</summary>
    internal static long EpollData(ReadOnlySpan<byte> events, int index) =>
        BinaryPrimitives.ReadInt64LittleEndian(events[((index * EpollEventSize) + EpollDataOffset)..]);
}
