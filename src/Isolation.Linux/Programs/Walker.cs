using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Programs;

/// <summary>
/// Represents the machine code that walks a graph of <see cref="Node"/>s: the only code that runs between <c>clone</c>
/// and <c>execve</c>, and the only code of the init image. It is a position-independent C function, <c>long walk(Node*
/// first)</c>. See <c>docs/walker.md</c>.
/// </summary>
internal sealed class Walker
{
    private readonly Func<uint, ImmutableArray<WalkerInstruction>> _entry;

    private Walker(
        Architecture architecture,
        ImmutableArray<WalkerInstruction> instructions,
        Func<uint, ImmutableArray<WalkerInstruction>> entry)
    {
        Architecture = architecture;
        Instructions = instructions;
        Code = Assemble(instructions);
        _entry = entry;
    }

    /// <summary>Gets the walker for x86-64.</summary>
    public static Walker X64 { get; } = new(Architecture.X64, WalkerX64.Instructions, WalkerX64.Entry);

    /// <summary>Gets the walker for arm64.</summary>
    public static Walker Arm64 { get; } = new(Architecture.Arm64, WalkerArm64.Instructions, WalkerArm64.Entry);

    /// <summary>Gets the walker for this process.</summary>
    /// <exception cref="PlatformNotSupportedException">The architecture of the process is not supported.</exception>
    public static Walker Current => For(RuntimeInformation.ProcessArchitecture);

    /// <summary>Gets the architecture of the walker.</summary>
    public Architecture Architecture { get; }

    /// <summary>Gets the commented listing of <see cref="Code"/>.</summary>
    public ImmutableArray<WalkerInstruction> Instructions { get; }

    /// <summary>Gets the position-independent code of the function, which is entered at its first byte.</summary>
    public ImmutableArray<byte> Code { get; }

    /// <summary>Gets the walker for an architecture.</summary>
    /// <exception cref="PlatformNotSupportedException">The architecture is not supported.</exception>
    public static Walker For(Architecture architecture) => architecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 => Arm64,
        _ => throw new PlatformNotSupportedException(
            $"Isolation does not support {architecture} processes: run it in an x64 or arm64 process."),
    };

    /// <summary>
    /// Gets the instructions that directly precede <see cref="Code"/> in an executable: they call the walker with the
    /// first node and exit with its return value.
    /// </summary>
    public ImmutableArray<WalkerInstruction> Entry(uint firstNodeAddress) => _entry(firstNodeAddress);

    /// <summary>Assembles the bytes of a listing.</summary>
    public static ImmutableArray<byte> Assemble(ImmutableArray<WalkerInstruction> instructions) =>
        [.. instructions.SelectMany(instruction => instruction.Bytes)];
}
