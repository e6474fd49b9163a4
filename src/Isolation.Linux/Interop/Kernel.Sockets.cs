using System.Runtime.InteropServices;

namespace Isolation.Linux.Interop;

/// <summary>Provides Unix socket calls with descriptor passing, see unix(7) and cmsg(3).</summary>
internal static unsafe partial class Kernel
{
    internal const int AfUnix = 1;
    internal const int AfInet = 2;
    internal const int SockStream = 1;
    internal const int SockDgram = 2;
    internal const int SockSeqpacket = 5;
    internal const int SockCloexec = OCloexec;
    internal const int SockNonblock = ONonblock;
    internal const int SolSocket = 1;
    internal const int ScmRights = 1;
    internal const int SoPassrights = 83;
    internal const int SetInterfaceFlags = 0x8914;
    internal const int InterfaceUp = 1;
    internal const int ShutWr = 1;
    internal const int MsgDontwait = 0x40;
    internal const int MsgNosignal = 0x4000;
    internal const int MsgCmsgCloexec = 0x40000000;

    /// <summary>The maximum number of descriptors in one message (SCM_MAX_FD).</summary>
    internal const int MaximumDescriptors = 253;

    /// <summary>socketpair(2).</summary>
    internal static long socketpair(int family, int type, out int first, out int second)
    {
        int* ends = stackalloc int[2];
        long result = Invoke(Calls.Socketpair, family, type, 0, (long)ends);
        (first, second) = (ends[0], ends[1]);
        return result;
    }

    /// <summary>shutdown(2).</summary>
    internal static long shutdown(int socket, int how) => Invoke(Calls.Shutdown, socket, how);

    /// <summary>sendmsg(2) of up to three parts as one message, with descriptors.</summary>
    internal static long sendmsg(
        int socket, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third,
        ReadOnlySpan<int> descriptors)
    {
        fixed (byte* a = first, b = second, c = third)
        {
            IoVector* parts = stackalloc IoVector[3];
            parts[0] = new IoVector { Base = (long)a, Length = first.Length };
            parts[1] = new IoVector { Base = (long)b, Length = second.Length };
            parts[2] = new IoVector { Base = (long)c, Length = third.Length };
            int controlSize = descriptors.IsEmpty ? 0 : ControlSize(descriptors.Length);
            long* control = stackalloc long[(controlSize / 8) + 1];
            if (!descriptors.IsEmpty)
            {
                control[0] = 16 + (4 * descriptors.Length);
                control[1] = SolSocket | ((long)ScmRights << 32);
                descriptors.CopyTo(new Span<int>(control + 2, descriptors.Length));
            }

            MessageHeader message = new()
            {
                Parts = (long)parts,
                PartCount = 3,
                Control = descriptors.IsEmpty ? 0 : (long)control,
                ControlLength = controlSize,
            };
            long result;
            do
            {
                result = Invoke(Calls.Sendmsg, socket, (long)(&message), MsgNosignal);
            }
            while (result == -Errno.EINTR);

            return result;
        }
    }

    /// <summary>recvmsg(2) of a message with an optional descriptor; -1 if the message has none.</summary>
    internal static long recvmsg(int socket, Span<byte> buffer, out int descriptor)
    {
        fixed (byte* start = buffer)
        {
            IoVector part = new() { Base = (long)start, Length = buffer.Length };
            long* control = stackalloc long[ControlSize(1) / sizeof(long)];
            MessageHeader message = new()
            {
                Parts = (long)(&part),
                PartCount = 1,
                Control = (long)control,
                ControlLength = ControlSize(1)
            };
            long result;
            do
            {
                result = Invoke(Calls.Recvmsg, socket, (long)(&message), MsgCmsgCloexec);
            }
            while (result == -Errno.EINTR);

            descriptor = result > 0 && message.ControlLength > 0 ? (int)control[2] : -1;
            return result;
        }
    }

    /// <summary>CMSG_SPACE for a number of descriptors.</summary>
    internal static int ControlSize(int descriptors) => 16 + (((4 * descriptors) + 7) & ~7);

    /// <summary>Represents <c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IoVector
    {
        internal long Base;
        internal long Length;
    }

    /// <summary>Represents <c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MessageHeader
    {
        internal long Name;
        internal long NameLength;
        internal long Parts;
        internal long PartCount;
        internal long Control;
        internal long ControlLength;
        internal long Flags;
    }
}
