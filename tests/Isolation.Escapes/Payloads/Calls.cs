using System.Runtime.InteropServices;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Payloads;

/// <summary>
/// Contains the numbers of calls that only attackers make, for the architecture of this process. The numbers are from
/// the kernel's headers unistd_64.h and asm-generic/unistd.h.
/// </summary>
internal static class Calls
{
    internal static SystemCallTable Common { get; } = SystemCallTable.Current;

    internal static bool IsArm64 { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    internal static int AddKey { get; } = Pick(248, 217);
    internal static int Bind { get; } = Pick(49, 200);
    internal static int Capget { get; } = Pick(125, 90);
    internal static int Clone { get; } = Pick(56, 220);
    internal static int Connect { get; } = Pick(42, 203);
    internal static int Dup { get; } = Pick(32, 23);
    internal static int Fallocate { get; } = Pick(285, 47);
    internal static int Flock { get; } = Pick(73, 32);
    internal static int Getgroups { get; } = Pick(115, 158);
    internal static int Getpid { get; } = Pick(39, 172);
    internal static int Getsockname { get; } = Pick(51, 204);
    internal static int InitModule { get; } = Pick(175, 105);
    internal static int InotifyInit1 { get; } = Pick(294, 26);
    internal static int IoSetup { get; } = Pick(206, 0);
    internal static int IoUringSetup => 425;
    internal static int KexecLoad { get; } = Pick(246, 104);
    internal static int Keyctl { get; } = Pick(250, 219);
    internal static int Linkat { get; } = Pick(265, 37);
    internal static int Listen { get; } = Pick(50, 201);
    internal static int Mlock { get; } = Pick(149, 228);
    internal static int Mmap { get; } = Pick(9, 222);
    internal static int MqOpen { get; } = Pick(240, 180);
    internal static int Msgctl { get; } = Pick(71, 187);
    internal static int MqUnlink { get; } = Pick(241, 181);
    internal static int Msgget { get; } = Pick(68, 186);
    internal static int OpenByHandleAt { get; } = Pick(304, 265);
    internal static int PerfEventOpen { get; } = Pick(298, 241);
    internal static int Personality { get; } = Pick(135, 92);
    internal static int PidfdGetfd => 438;
    internal static int ProcessVmReadv { get; } = Pick(310, 270);
    internal static int ProcessVmWritev { get; } = Pick(311, 271);
    internal static int Ptrace { get; } = Pick(101, 117);
    internal static int Reboot { get; } = Pick(169, 142);
    internal static int Recvfrom { get; } = Pick(45, 207);
    internal static int Renameat2 { get; } = Pick(316, 276);
    internal static int RequestKey { get; } = Pick(249, 218);
    internal static int Semctl { get; } = Pick(66, 191);
    internal static int Semget { get; } = Pick(64, 190);
    internal static int Setsockopt { get; } = Pick(54, 208);
    internal static int Setxattr { get; } = Pick(188, 5);
    internal static int Shmctl { get; } = Pick(31, 195);
    internal static int Shmget { get; } = Pick(29, 194);
    internal static int Statfs { get; } = Pick(137, 43);
    internal static int Swapon { get; } = Pick(167, 224);
    internal static int Syslog { get; } = Pick(103, 116);
    internal static int TimerCreate { get; } = Pick(222, 107);
    internal static int Uname { get; } = Pick(63, 160);
    internal static int Userfaultfd { get; } = Pick(323, 282);

    internal static int Utimensat { get; } = Pick(280, 88);

    private static int Pick(int x64, int arm64) => IsArm64 ? arm64 : x64;
}
