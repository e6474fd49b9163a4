using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Programs;

/// <summary>
/// The machine code that walks a graph of <see cref="Node"/>s: the only code that runs between <c>clone</c> and
/// <c>execve</c>, and the only code of the init image. A C function, <c>long walk(Node* first)</c>, wherever it is
/// mapped. See <c>docs/walker.md</c>.
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

    /// <summary>The walker for x86-64.</summary>
    public static Walker X64 { get; } = new(Architecture.X64, WalkerX64.Instructions, WalkerX64.Entry);

    /// <summary>The walker for arm64.</summary>
    public static Walker Arm64 { get; } = new(Architecture.Arm64, WalkerArm64.Instructions, WalkerArm64.Entry);

    /// <summary>The walker for this process.</summary>
    /// <exception cref="PlatformNotSupportedException">There is none for its architecture.</exception>
    public static Walker Current => For(RuntimeInformation.ProcessArchitecture);

    /// <summary>What it runs on.</summary>
    public Architecture Architecture { get; }

    /// <summary>The commented listing that <see cref="Code"/> is made of.</summary>
    public ImmutableArray<WalkerInstruction> Instructions { get; }

    /// <summary>The function, position independent. It is entered at its first byte.</summary>
    public ImmutableArray<byte> Code { get; }

    /// <summary>The walker for an architecture.</summary>
    /// <exception cref="PlatformNotSupportedException">There is none.</exception>
    public static Walker For(Architecture architecture) => architecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 => Arm64,
        _ => throw new PlatformNotSupportedException(
            $"Isolation runs in x64 and arm64 processes; this is a process for {architecture}."),
    };

    /// <summary>
    /// What goes before <see cref="Code"/>, without a gap, to make it the code of a process: it calls the walker with
    /// the first node and exits with what it returns.
    /// </summary>
    public ImmutableArray<WalkerInstruction> Entry(uint firstNodeAddress) => _entry(firstNodeAddress);

    /// <summary>The bytes of a listing.</summary>
    public static ImmutableArray<byte> Assemble(ImmutableArray<WalkerInstruction> instructions) =>
        [.. instructions.SelectMany(instruction => instruction.Bytes)];
}
