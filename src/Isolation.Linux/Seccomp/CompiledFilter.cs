using System.Collections.Immutable;
using Isolation.Linux.Seccomp.Compiling;

namespace Isolation.Linux.Seccomp;

/// <summary>A filter as the kernel takes it.</summary>
/// <param name="Program">The instructions, <c>struct sock_filter</c> each.</param>
/// <param name="InstructionCount">How many they are.</param>
/// <param name="HasNotify">Whether the host is to decide on some calls.</param>
internal sealed record CompiledFilter(ImmutableArray<byte> Program, int InstructionCount, bool HasNotify)
{
    /// <summary>What it says, whatever of it the host observes.</summary>
    internal required FilterRules Rules { get; init; }
}
