using System.Collections.Immutable;

namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>Represents a filter in the form the kernel loads.</summary>
/// <param name="Program">The instructions, each a <c>struct sock_filter</c>.</param>
/// <param name="InstructionCount">The number of instructions.</param>
/// <param name="HasNotify">Whether the filter refers some system calls to the application.</param>
internal sealed record CompiledFilter(ImmutableArray<byte> Program, int InstructionCount, bool HasNotify)
{
    /// <summary>Gets the filter's rules, before any additions for observation.</summary>
    internal required FilterRules Rules { get; init; }
}
