using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.IntegrationTests.Streams.Terminals;

/// <summary>
/// A payload that pushes a line feed into the input of a terminal, as if somebody had typed it. It exits with the error
/// number, or 0.
/// </summary>
internal sealed class TerminalProgram : IDisposable
{
    private const int TIOCSTI = 0x5412;
    private const string Name = "push";

    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    private readonly HostDirectory _directory = new();

    /// <param name="terminal">The terminal that it takes as its own first; null for its standard input.</param>
    internal TerminalProgram(string? terminal)
    {
        ProgramBuilder b = new(ElfImage.DataAddress);
        b.BeginAtBase();
        long descriptor = b.AddWord(0);
        if (terminal is not null)
        {
            // The leader of a session gets the first terminal that it opens.
            b.Try(Calls.Setsid);
            b.Try(Calls.Openat, Kernel.AtFdcwd, b.AddText(terminal), Kernel.ORdwr, result: descriptor);
        }

        long result = b.Reserve(8), code = b.Reserve(8);
        b.Try(Calls.Ioctl, Value.Word(descriptor), TIOCSTI, b.AddText("\n"), result: result);
        b.Branch(Node.Subtract, [0, Value.Word(result)], code, Label.Next, Label.Next, Label.Next);
        b.Try(Calls.ExitGroup, Value.Word(code));
        b.Jump(b.LabelAt(ElfImage.DataAddress));
        b.Finish();
        File.WriteAllBytes(Path, ElfImage.Write(Walker.Current, b.Content, b.Length + 4096, ElfImage.DataAddress));
        File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
    }

    internal string Path => _directory.At(Name);

    /// <summary>The directory with the program inside.</summary>
    internal BindMount Mount => new(_directory.Path, "/payload") { Options = MountOptions.None };

    internal static SandboxCommand Command => new($"/payload/{Name}") { Terminal = new() };

    public void Dispose() => _directory.Dispose();
}
