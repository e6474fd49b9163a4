using System.Runtime.InteropServices;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.IntegrationTests.Containers;

/// <summary>Loads a system-call filter for the calling thread and the processes that it starts.</summary>
internal static partial class ThreadFilter
{
    private const int NoNewPrivileges = 38;
    private const int SetFilter = 22;
    private const int FilterMode = 2;
    private const uint Refuse = 0x50000;
    private const uint Allow = 0x7fff0000;

    /// <summary>Refuses one call from now on, and checks that it is refused.</summary>
    internal static unsafe void Load(string call, int error)
    {
        int number = SystemCallNames.Current.Numbers[call];
        Instruction[] code =
        [
            new(0x20, 0, 0, 0), new(0x15, 0, 1, (uint)number), new(0x06, 0, 0, Refuse | (uint)error),
            new(0x06, 0, 0, Allow),
        ];
        fixed (Instruction* first = code)
        {
            FilterProgram program = new((ushort)code.Length, (nint)first);
            Assert.That(Control(NoNewPrivileges, 1, 0, 0, 0), Is.Zero);
            Assert.That(Control(SetFilter, FilterMode, (nint)(&program), 0, 0), Is.Zero);
        }

        Assert.That((long)Call(number, 0, 0), Is.EqualTo(-1));
        Assert.That(Marshal.GetLastPInvokeError(), Is.EqualTo(error), $"{call} is refused");
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte True, byte False, uint Value);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct FilterProgram(ushort Length, nint First);
}
