using System.Runtime.InteropServices;

namespace Isolation.Linux.Interop;

/// <summary>
/// Provides calls for system call filters. See seccomp(2) and seccomp_unotify(2),
/// https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html.
/// </summary>
internal static unsafe partial class Kernel
{
    internal const int SeccompSetModeFilter = 1;
    internal const int SeccompFilterFlagNewListener = 8;
    internal const int SeccompFilterFlagWaitKillableRecv = 0x20;
    internal const uint SeccompUserNotifFlagContinue = 1;
    internal const uint SeccompAddfdFlagSend = 2;

    internal const uint SeccompIoctlNotifRecv = 0xC0502100;
    internal const uint SeccompIoctlNotifSend = 0xC0182101;
    internal const uint SeccompIoctlNotifIdValid = 0x40082102;
    internal const uint SeccompIoctlNotifAddfd = 0x40182103;

    internal const int FutexWait = 0;
    internal const int FutexWake = 1;

    /// <summary>Receives one notification. Returns -ENOENT if the calling process has ended meanwhile.</summary>
    internal static long seccomp_notif_recv(int listener, out SeccompNotification notification)
    {
        SeccompNotification received = default;
        long result = Invoke(Calls.Ioctl, listener, SeccompIoctlNotifRecv, (long)(&received));
        notification = received;
        return result;
    }

    /// <summary>Responds to a notification.</summary>
    internal static long seccomp_notif_send(int listener, SeccompResponse response) =>
        Invoke(Calls.Ioctl, listener, SeccompIoctlNotifSend, (long)(&response));

    /// <summary>Checks whether the calling process still waits for a response.</summary>
    internal static long seccomp_notif_id_valid(int listener, ulong id) =>
        Invoke(Calls.Ioctl, listener, SeccompIoctlNotifIdValid, (long)(&id));

    /// <summary>Passes a descriptor and responds with its number.</summary>
    internal static long seccomp_notif_addfd(int listener, SeccompAddedDescriptor added) =>
        Invoke(Calls.Ioctl, listener, SeccompIoctlNotifAddfd, (long)(&added));

    /// <summary>Represents <c>struct seccomp_notif</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SeccompNotification
    {
        internal ulong Id;
        internal int ProcessId;
        internal uint Flags;
        internal int Number;
        internal uint Architecture;
        internal ulong InstructionPointer;
        internal fixed ulong Arguments[6];
    }

    /// <summary>Represents <c>struct seccomp_notif_resp</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SeccompResponse
    {
        internal ulong Id;
        internal long Value;
        internal int Error;
        internal uint Flags;
    }

    /// <summary>Represents <c>struct seccomp_notif_addfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SeccompAddedDescriptor
    {
        internal ulong Id;
        internal uint Flags;
        internal int Source;
        internal int Number;
        internal uint NumberFlags;
    }
}
