using System.Runtime.InteropServices;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.IntegrationTests.SystemCalls;

/// <summary>
/// A payload that makes the given system calls, writes what each returned to standard output, and ends.
/// </summary>
internal sealed class CallProgram : IDisposable
{
    private const string Inside = "/payload";

    private readonly HostDirectory _directory = new();
    private readonly int _count;

    internal CallProgram(params (long Number, ulong[] Arguments)[] calls)
    {
        _count = calls.Length;
        ProgramBuilder b = new(ElfImage.DataAddress);
        b.BeginAtBase();
        long results = b.Reserve(8 * _count);
        for (int index = 0; index < _count; index++)
        {
            Value[] arguments = [.. calls[index].Arguments.Select(argument => (Value)unchecked((long)argument))];
            b.Branch(calls[index].Number, arguments, results + (8 * index), Label.Next, Label.Next, Label.Next);
        }

        b.Try(SystemCallTable.Current.Write, 1, results, 8 * _count);
        b.Try(SystemCallTable.Current.ExitGroup, 0);
        b.Jump(b.LabelAt(ElfImage.DataAddress));
        b.Finish();
        Write(ElfImage.Write(Walker.Current, b.Content, b.Length + 4096, ElfImage.DataAddress));
    }

    private CallProgram(byte[] image) => Write(image);

    /// <summary>The program inside.</summary>
    internal SandboxCommand Command { get; } = new($"{Inside}/calls");

    /// <summary>
    /// A program of x86-64 that calls the kernel as one of 32 bits would: getpid, the result as exit code.
    /// </summary>
    internal static CallProgram With32BitCall()
    {
        byte[] image = ElfImage.Write(Walker.X64, new byte[Node.Size], Node.Size, ElfImage.DataAddress);
        ReadOnlySpan<byte> code =
        [
            0xB8, 20, 0, 0, 0, // mov eax, 20
            0xCD, 0x80, // int 0x80
            0xBF, 7, 0, 0, 0, // mov edi, 7
            0xB8, 231, 0, 0, 0, // mov eax, 231
            0x0F, 0x05, // syscall
        ];
        code.CopyTo(image.AsSpan((int)(ElfImage.EntryAddress - ElfImage.CodeAddress)));
        return new CallProgram(image);
    }

    internal SandboxSpecification Specification(SystemCallFilter filter) => new()
    {
        Mounts = [new BindMount(_directory.Path, Inside) { Options = MountOptions.None }],
        SystemCalls = filter,
    };

    /// <summary>Gets the result of each call under a filter.</summary>
    internal async Task<long[]> RunAsync(SystemCallFilter filter)
    {
        SandboxResult result = await Guest.Provider.RunAsync(Specification(filter), Command);
        Assert.That(result.IsSuccess, Is.True, $"{result.Outcome} {result.ExitCode} {result.Signal}");
        long[] results = MemoryMarshal.Cast<byte, long>(result.StandardOutput.Bytes.Span).ToArray();
        Assert.That(results, Has.Length.EqualTo(_count));
        return results;
    }

    public void Dispose() => _directory.Dispose();

    private void Write(byte[] image)
    {
        File.WriteAllBytes(_directory.At("calls"), image);
        File.SetUnixFileMode(_directory.At("calls"), (UnixFileMode)0b111_101_101);
    }
}
