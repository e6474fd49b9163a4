using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>
/// Finds and reads files of a sandbox. Payloads may change the files meanwhile, so each name is looked up once, in an
/// open directory, and the file found is kept open.
/// </summary>
/// <param name="root">The root directory of the sandbox.</param>
/// <param name="cancellationToken">The token that cancels the copying.</param>
internal sealed class CopyOutSource(int root, CancellationToken cancellationToken)
{
    private const int BufferSize = 64 << 10;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize);

    /// <summary>Gets the step in messages about failures.</summary>
    internal static ProgramStep Step(string? path) => new("take out of the sandbox", path, StepKind.TakeFile);

    /// <summary>Reads one file.</summary>
    internal byte[] Read(string path, int maximumSize)
    {
        int place = Find(path, Kernel.OPath);
        try
        {
            using SafeFileHandle file = OpenedFile.Reopen(place, path);
            using MemoryStream content = new();
            SandboxErrors.Check(
                Copy((int)file.DangerousGetHandle(), path, maximumSize, bytes => content.Write(bytes)), "read", path);
            return content.ToArray();
        }
        finally
        {
            Kernel.close(place);
        }
    }

    /// <summary>
    /// Opens a path inside that must not contain symbolic links. Mounts on the way are allowed, because they belong to
    /// the sandbox.
    /// </summary>
    internal int Find(string path, int flags) => (int)SandboxErrors.Check(
        Kernel.openat2(
            root, path[1..], flags | Kernel.OCloexec, 0,
            Kernel.ResolveBeneath | Kernel.ResolveNoSymlinks | Kernel.ResolveNoMagiclinks),
        Step(path));

    /// <summary>Opens an item of a directory without following links or entering mounts.</summary>
    /// <returns>The descriptor, or the negated error number.</returns>
    internal static long OpenIn(int directory, in FileName name, int flags) => Kernel.openat2(
        directory, name.Terminated, flags | Kernel.ONofollow | Kernel.OCloexec,
        Kernel.ResolveBeneath | Kernel.ResolveNoMagiclinks | Kernel.ResolveNoXdev);

    /// <summary>
    /// Returns the number of copied bytes, or the negated error number of a read. Counts the bytes read, because the
    /// reported size may be out of date; a file whose reported size exceeds the limit is not copied at all.
    /// </summary>
    internal long Copy(int source, object path, long maximumSize, Action<ReadOnlySpan<byte>> write)
    {
        long copied = Kernel.statx(source, out FileStatus status);
        if (status.Size > maximumSize)
        {
            throw TransferRefusal.TooLarge(Step($"{path}"), maximumSize);
        }

        long count;
        while (copied >= 0 && (count = Kernel.read(source, _buffer)) != 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (count < 0)
            {
                return count;
            }

            copied += count;
            if (copied > maximumSize)
            {
                throw TransferRefusal.TooLarge(Step($"{path}"), maximumSize);
            }

            write(_buffer.AsSpan(0, (int)count));
        }

        return copied;
    }
}
