using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Streams;

/// <summary>Represents a file of the host that receives the output of a command.</summary>
/// <param name="Handle">The file, open for writing.</param>
/// <param name="Path">The path of the file.</param>
/// <param name="Limit">The maximum size of the file, in bytes.</param>
internal sealed record OutputFile(SafeFileHandle Handle, string Path, long Limit) : IDisposable
{
    /// <summary>Appends bytes to the file.</summary>
    /// <exception cref="SandboxException">The file system of the host reports an error.</exception>
    internal void Write(ReadOnlySpan<byte> bytes) =>
        SandboxErrors.Check(
            Kernel.write((int)Handle.DangerousGetHandle(), bytes), "write the output of the command to", Path);

    public void Dispose() => Handle.Dispose();
}
