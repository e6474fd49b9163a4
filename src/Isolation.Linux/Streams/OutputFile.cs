using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Streams;

/// <summary>A file of the host that the output of a command is written to.</summary>
/// <param name="Handle">The file, open for writing.</param>
/// <param name="Path">Its path.</param>
/// <param name="Limit">The most bytes that it may have.</param>
internal sealed record OutputFile(SafeFileHandle Handle, string Path, long Limit) : IDisposable
{
    /// <summary>Writes at the end.</summary>
    /// <exception cref="SandboxException">The host's file system does not take it.</exception>
    internal void Write(ReadOnlySpan<byte> bytes) =>
        Errors.Check(Kernel.write((int)Handle.DangerousGetHandle(), bytes), "write the output of the command to", Path);

    public void Dispose() => Handle.Dispose();
}
