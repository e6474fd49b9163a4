using System.Runtime.InteropServices;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>Represents the architecture for which a filter is compiled.</summary>
/// <param name="Names">The architecture's system calls.</param>
/// <param name="Audit">The architecture's number in <c>struct seccomp_data</c>: AUDIT_ARCH_* of linux/audit.h.</param>
internal sealed record FilterTarget(SystemCallNames Names, uint Audit)
{
    internal static FilterTarget X64 { get; } = new(SystemCallNames.X64, 0xC000003E);

    internal static FilterTarget Arm64 { get; } = new(SystemCallNames.Arm64, 0xC00000B7);

    internal static FilterTarget Current { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? Arm64
        : X64;
}
