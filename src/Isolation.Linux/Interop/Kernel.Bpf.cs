using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Interop;

/// <summary>
/// Provides BPF calls. See bpf(2), https://man7.org/linux/man-pages/man2/bpf.2.html.
/// </summary>
internal static unsafe partial class Kernel
{
    internal const int BpfProgLoad = 5;
    internal const int BpfProgAttach = 8;
    internal const int BpfProgDetach = 9;
    internal const int BpfProgTypeCgroupDevice = 15;
    internal const int BpfCgroupDevice = 6;
    internal const int BpfAllowMulti = 2;

    /// <summary>The size of <c>union bpf_attr</c> up to <c>log_buf</c>. The kernel treats the rest as zero.</summary>
    private const int LoadSize = 40;

    private const int AttachSize = 16;

    /// <summary>BPF_PROG_LOAD. An empty log buffer requests no log.</summary>
    internal static long bpf_prog_load(int type, ReadOnlySpan<ulong> instructions, Span<byte> log)
    {
        fixed (ulong* code = instructions)
        fixed (byte* text = log)
        fixed (byte* license = "MIT\0"u8)
        {
            byte* attributes = stackalloc byte[LoadSize];
            *(int*)attributes = type;
            *(int*)(attributes + 4) = instructions.Length;
            *(ulong*)(attributes + 8) = (ulong)code;
            *(ulong*)(attributes + 16) = (ulong)license;
            *(int*)(attributes + 24) = log.IsEmpty ? 0 : 1;
            *(int*)(attributes + 28) = log.Length;
            *(ulong*)(attributes + 32) = (ulong)text;
            return Invoke(Calls.Bpf, BpfProgLoad, (long)attributes, LoadSize);
        }
    }

    /// <summary>BPF_PROG_ATTACH.</summary>
    internal static long bpf_prog_attach(SafeFileHandle target, SafeFileHandle program, int type, int flags) =>
        AttachOrDetach(BpfProgAttach, target, program, type, flags);

    /// <summary>BPF_PROG_DETACH.</summary>
    internal static long bpf_prog_detach(SafeFileHandle target, SafeFileHandle program, int type) =>
        AttachOrDetach(BpfProgDetach, target, program, type, 0);

    /// <summary>Gets the text of a buffer up to its first zero.</summary>
    internal static string TextOf(ReadOnlySpan<byte> buffer)
    {
        int end = buffer.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? buffer : buffer[..end]);
    }

    private static long AttachOrDetach(int command, SafeFileHandle target, SafeFileHandle program, int type, int flags)
    {
        int* attributes = stackalloc int[AttachSize / sizeof(int)];
        attributes[0] = (int)target.DangerousGetHandle();
        attributes[1] = (int)program.DangerousGetHandle();
        attributes[2] = type;
        attributes[3] = flags;
        long result = Invoke(Calls.Bpf, command, (long)attributes, AttachSize);

        // Keeps finalizers from closing a descriptor before the call has read it.
        GC.KeepAlive(target);
        GC.KeepAlive(program);
        return result;
    }
}
