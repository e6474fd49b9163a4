using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.IntegrationTests.Sandboxes;

/// <summary>
/// A payload whose processes are each the child of the one before; the last one writes a word when all are there.
/// </summary>
internal sealed class ForkChain : IDisposable
{
    private readonly HostDirectory _directory = new();

    /// <summary>Creates a payload whose chain ends after some processes.</summary>
    /// <param name="length">The number of processes below the first one.</param>
    /// <param name="flags">
    /// <see cref="CloneArguments.Vm"/> to share the memory; by default each process has a copy, and the kernel then
    /// links each page to those of all ancestors. This takes time that grows with the square of the length, to create
    /// the processes and to end them.
    /// </param>
    internal ForkChain(int length, long flags = 0)
    {
        SystemCallTable calls = SystemCallTable.Current;
        ProgramBuilder b = new(ElfImage.DataAddress);
        b.BeginAtBase();
        long left = b.AddWord(length);
        long arguments = b.AddStructure(new CloneArguments { Flags = flags, ExitSignal = (long)UnixSignal.SIGCHLD });
        Label next = b.NewLabel(), child = b.NewLabel(), wait = b.NewLabel();
        b.Mark(next);
        b.Branch(calls.Clone3, [arguments, 88], 0, wait, child, wait);
        b.Mark(child);
        b.Branch(Node.Subtract, [Value.Word(left), 1], left, next, Label.Next, Label.Next);
        b.Try(calls.Write, 1, left, 8);
        b.Mark(wait);
        b.Branch(calls.Ppoll, [0, 0, 0, 0, 8], 0, wait, wait, wait);
        b.Finish();
        Write(b);
    }

    private ForkChain(ProgramBuilder program) => Write(program);

    /// <summary>Creates a payload whose every process forks once and exits, without end.</summary>
    internal static ForkChain Endless()
    {
        SystemCallTable calls = SystemCallTable.Current;
        ProgramBuilder b = new(ElfImage.DataAddress);
        b.BeginAtBase();
        long arguments = b.AddStructure(new CloneArguments { ExitSignal = (long)UnixSignal.SIGCHLD });
        Label next = b.NewLabel(), end = b.NewLabel();
        b.Mark(next);
        b.Branch(calls.Clone3, [arguments, 88], 0, end, next, next);
        b.Mark(end);
        b.Branch(calls.ExitGroup, [0], 0, end, end, end);
        b.Finish();
        return new ForkChain(b);
    }

    internal SandboxCommand Command { get; } = new("/payload/chain");

    /// <summary>A process that waits.</summary>
    internal SandboxCommand Waiter { get; } = new("/bin/sleep", "100000");

    /// <summary>Without a filter, which would have it fall back to another call.</summary>
    internal SandboxSpecification Specification() =>
        Guest.Specification(new BindMount(_directory.Path, "/payload") { Options = MountOptions.None }) with
        {
            SystemCalls = new SystemCallFilter
            {
                Profile = SystemCallProfile.None,
                DefaultAction = SystemCallAction.Allow,
            },
        };

    public void Dispose() => _directory.Dispose();

    private void Write(ProgramBuilder b)
    {
        File.WriteAllBytes(
            _directory.At("chain"), ElfImage.Write(Walker.Current, b.Content, b.Length + 4096, ElfImage.DataAddress));
        File.SetUnixFileMode(_directory.At("chain"), (UnixFileMode)0b111_101_101);
    }
}
