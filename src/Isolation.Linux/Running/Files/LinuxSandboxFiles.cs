using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Running.Files;

/// <summary>Files of one sandbox.</summary>
internal sealed class LinuxSandboxFiles(LinuxSandbox sandbox) : ISandboxFiles
{
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    /// <summary>How much one process puts in: the kernel passes at most 253 descriptors at once, and init's memory has an end.</summary>
    private const int FilesAtOnce = 64;
    private const int EntriesAtOnce = 1000;

    private string Root => string.Create(CultureInfo.InvariantCulture, $"/proc/{sandbox.ProcessId}/root");

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken = default)
    {
        SandboxPath.Validate(path);
        if ((mode & ~Permissions) != 0)
        {
            throw new ArgumentException("Must be permissions only, without set-user-id and the like.", nameof(mode));
        }

        PutEntry entry = new(path, mode, path);
        return PutAsync([entry], _ => new SafeFileHandle(MemoryFile.Create(path, content.Span), ownsHandle: true), cancellationToken);
    }

    public async Task PutAsync(string hostPath, string path, FileTransferLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(hostPath);
        SandboxPath.Validate(path);
        limits ??= new FileTransferLimits();
        limits.Validate();
        List<PutEntry> entries = await Task.Run(() => HostTree.List(Path.GetFullPath(hostPath), path, limits), cancellationToken).ConfigureAwait(false);
        await PutAsync(entries, entry => HostTree.Open(entry.Source!), cancellationToken).ConfigureAwait(false);
    }

    public Task<byte[]> ReadAsync(string path, int maximumSize, CancellationToken cancellationToken = default)
    {
        SandboxPath.Validate(path);
        ArgumentOutOfRangeException.ThrowIfNegative(maximumSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumSize, Array.MaxLength);
        sandbox.ThrowIfDisposed();
        return Task.Run(() => new FileTaker(Root, cancellationToken).Read(path, maximumSize), cancellationToken);
    }

    public Task<TakenFolder> TakeAsync(string path, string hostFolder, FileTransferLimits? limits = null, CancellationToken cancellationToken = default)
    {
        SandboxPath.Validate(path);
        ArgumentException.ThrowIfNullOrEmpty(hostFolder);
        limits ??= new FileTransferLimits();
        limits.Validate();
        sandbox.ThrowIfDisposed();
        return Task.Run(() => new FileTaker(Root, cancellationToken).TakeFolder(path, Path.GetFullPath(hostFolder), limits), cancellationToken);
    }

    private async Task PutAsync(List<PutEntry> entries, Func<PutEntry, SafeFileHandle> open, CancellationToken cancellationToken)
    {
        for (int begin = 0; begin < entries.Count;)
        {
            List<SafeFileHandle> files = [];
            try
            {
                int end = begin;
                for (; end < entries.Count && files.Count < FilesAtOnce && end - begin < EntriesAtOnce; end++)
                {
                    if (entries[end].Source is not null)
                    {
                        files.Add(open(entries[end]));
                    }
                }

                await PutAtOnceAsync(entries[begin..end], files, cancellationToken).ConfigureAwait(false);
                begin = end;
            }
            finally
            {
                files.ForEach(static file => file.Dispose());
            }
        }
    }

    private async Task PutAtOnceAsync(List<PutEntry> entries, List<SafeFileHandle> files, CancellationToken cancellationToken)
    {
        SandboxCommand command = new(entries[0].Path)
        {
            StandardOutput = OutputTarget.Null,
            StandardError = OutputTarget.Null,
            Umask = UnixFileMode.None,
            Descriptors = files.Select((file, i) => (file, i)).ToImmutableDictionary(
                static one => PutProgram.FirstDescriptor + one.i, static one => (System.Runtime.InteropServices.SafeHandle)one.file),
        };
        SandboxResult result = await sandbox.RunStepsAsync(
            command, b => PutProgram.Build(b, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(entries)), cancellationToken).ConfigureAwait(false);
        if (result.Outcome == SandboxOutcome.Canceled)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (!result.IsSuccess)
        {
            throw new SandboxException(string.Create(
                CultureInfo.InvariantCulture, $"The process that put '{entries[0].Path}' into the sandbox did not get to its end: {result.Outcome} {result.Signal}."));
        }
    }
}
