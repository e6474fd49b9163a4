using System.Runtime.InteropServices;

namespace Isolation.Linux.Tests.Programs;

/// <summary>Contains the numbers of the calls in the walks, from the kernel's tables. A fork is clone(2).</summary>
internal sealed record TestSystemCalls(
    long Write, long Close, long GetPid, long Fork, long Clone3, long Wait4, long Mmap, long ExitGroup)
{
    public static TestSystemCalls X64 { get; } =
        new(Write: 1, Close: 3, GetPid: 39, Fork: 56, Clone3: 435, Wait4: 61, Mmap: 9, ExitGroup: 231);

    public static TestSystemCalls Arm64 { get; } =
        new(Write: 64, Close: 57, GetPid: 172, Fork: 220, Clone3: 435, Wait4: 260, Mmap: 222, ExitGroup: 94);

    public static TestSystemCalls For(Architecture architecture) => architecture == Architecture.Arm64 ? Arm64 : X64;
}
