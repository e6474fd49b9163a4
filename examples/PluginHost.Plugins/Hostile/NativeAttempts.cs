using System.Runtime.InteropServices;

namespace Hostile;

/// <summary>Provides attempts that use system calls directly.</summary>
internal static class NativeAttempts
{
    private const int Termination = 15;
    private const int Attach = 16;
    private const int NewUserNamespace = 0x10000000;
    private const int PacketFamily = 17;
    private const int Raw = 3;

    public static string Kill(int process) =>
        Check(Native.kill(process, Termination), $"kill {(process == 1 ? "1" : "the application")}");

    public static string Trace(int process) => Check((int)Native.ptrace(Attach, process, 0, 0), "ptrace");

    public static string BecomeRoot() => Check(Native.setuid(0), "setuid 0");

    public static string Mount() => Check(Native.mount("none", "/mnt", "tmpfs", 0, 0), "mount");

    public static string MakeUserNamespace() => Check(Native.unshare(NewUserNamespace), "unshare");

    public static string ChangeRoot() => Check(Native.chroot("/tmp"), "chroot");

    public static string OpenPacketSocket() => Check(Native.socket(PacketFamily, Raw, 0), "socket");

    private static string Check(int result, string what) => result >= 0
        ? $"{what} succeeded"
        : throw new IOException($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");

    private static class Native
    {
        private const string Library = "libc";

        [DllImport(Library, SetLastError = true)]
        public static extern int kill(int process, int signal);

        [DllImport(Library, SetLastError = true)]
        public static extern nint ptrace(long request, int process, nint address, nint data);

        [DllImport(Library, SetLastError = true)]
        public static extern int setuid(uint user);

        [DllImport(Library, SetLastError = true)]
        public static extern int mount(
            [MarshalAs(UnmanagedType.LPUTF8Str)] string source, [MarshalAs(UnmanagedType.LPUTF8Str)] string target,
            [MarshalAs(UnmanagedType.LPUTF8Str)] string type, ulong flags, nint data);

        [DllImport(Library, SetLastError = true)]
        public static extern int unshare(int flags);

        [DllImport(Library, SetLastError = true)]
        public static extern int chroot([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

        [DllImport(Library, SetLastError = true)]
        public static extern int socket(int family, int type, int protocol);
    }
}
