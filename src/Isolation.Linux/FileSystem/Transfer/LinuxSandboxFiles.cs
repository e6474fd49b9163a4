using Isolation.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Copies files of one sandbox.</summary>
internal sealed class LinuxSandboxFiles(ICommandRunner sandbox) : ISandboxFiles
{
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    public async Task WriteAsync(
        string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken = default)
    {
        SandboxPath.Validate(path);
        if ((mode & ~Permissions) != 0)
        {
            throw new ArgumentException("Must be permission bits only, without set-user-id and similar.", nameof(mode));
        }

        CopyInTransfer transfer = new(sandbox, path);
        using SafeFileHandle file = new(MemoryFile.Create(path, content.Span), ownsHandle: true);
        await transfer.RunAsync([new CopyInEntry(CopyInKind.File, transfer.Name, (int)mode, file)], cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task CopyInAsync(
        string hostPath, string path, FileTransferLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(hostPath);
        SandboxPath.Validate(path);
        limits ??= new FileTransferLimits();
        limits.Validate();
        HostTree tree = new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(hostPath)), limits);
        CopyInTransfer transfer = new(sandbox, path);

        // Checks the whole tree before copying anything.
        await Task.Run(
            () =>
            {
                foreach (CopyInEntry _ in tree.Read(transfer.Name, opensFiles: false))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            },
            cancellationToken).ConfigureAwait(false);
        await transfer.RunAsync(tree.Read(transfer.Name, opensFiles: true), cancellationToken).ConfigureAwait(false);
    }

    public Task<byte[]> ReadAsync(
        string path, long maximumSize = 16 << 20, CancellationToken cancellationToken = default)
    {
        SandboxPath.Validate(path);
        ArgumentOutOfRangeException.ThrowIfNegative(maximumSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumSize, Array.MaxLength);
        sandbox.ThrowIfDisposed();
        return Task.Run(
            () =>
            {
                using SafeFileHandle root = sandbox.OpenRoot();
                return new CopyOutSource((int)root.DangerousGetHandle(), cancellationToken)
                    .Read(path, (int)maximumSize);
            },
            cancellationToken);
    }

    public Task<CopyResult> CopyOutAsync(
        string path, string hostDirectory, FileTransferLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        SandboxPath.Validate(path);
        ArgumentException.ThrowIfNullOrEmpty(hostDirectory);
        limits ??= new FileTransferLimits();
        limits.Validate();
        sandbox.ThrowIfDisposed();
        return Task.Run(
            () =>
            {
                using SafeFileHandle root = sandbox.OpenRoot();
                return new CopyOutTransfer((int)root.DangerousGetHandle(), cancellationToken)
                    .TakeDirectory(path, Path.GetFullPath(hostDirectory), limits);
            },
            cancellationToken);
    }
}
