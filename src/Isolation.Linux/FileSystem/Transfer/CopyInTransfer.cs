using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>
/// Copies a file, or a directory with its content, into a sandbox, with as many processes inside as necessary. On
/// failure, it removes everything it has created, but nothing that existed before.
/// </summary>
internal sealed class CopyInTransfer
{
    /// <summary>
    /// The number of files that one process copies. The kernel passes at most 253 descriptors at once, and init's
    /// memory is limited.
    /// </summary>
    private const int FilesAtOnce = 64;
    private const int EntriesAtOnce = 1000;

    private static readonly TimeSpan PatienceAfterCancellation = TimeSpan.FromSeconds(1);

    private readonly ICommandRunner _sandbox;
    private readonly string _path;
    private readonly string _parent;
    private readonly FileName _temporary = new(
        $".isolation-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
    private readonly List<CopyInRecord> _done = [];
    private readonly List<CopyInRecord> _open = [];
    private List<string>? _madeParents;

    /// <summary>Starts a transfer to a path inside.</summary>
    internal CopyInTransfer(ICommandRunner sandbox, string path)
    {
        _sandbox = sandbox;
        _path = path;
        int slash = path.LastIndexOf('/');
        _parent = slash == 0 ? "/" : path[..slash];
        Name = new FileName(path[(slash + 1)..]);
    }

    /// <summary>Gets the name that the first entry must have.</summary>
    internal FileName Name { get; }

    /// <summary>Copies entries. Enumerates them lazily and closes their files.</summary>
    internal async Task RunAsync(IEnumerable<CopyInEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            List<CopyInEntry> batch = [];
            int files = 0;
            using IEnumerator<CopyInEntry> next = entries.GetEnumerator();
            bool isMore = true;
            while (isMore)
            {
                try
                {
                    while (files < FilesAtOnce && batch.Count < EntriesAtOnce && (isMore = next.MoveNext()))
                    {
                        batch.Add(next.Current);
                        files += next.Current.Kind == CopyInKind.File ? 1 : 0;
                    }

                    if (batch.Count > 0)
                    {
                        await CopyInAsync(batch, cancellationToken).ConfigureAwait(false);
                    }
                }
                finally
                {
                    batch.ForEach(static entry => entry.Content?.Dispose());
                    batch.Clear();
                    files = 0;
                }
            }
        }
        catch
        {
            await RemoveAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task CopyInAsync(List<CopyInEntry> batch, CancellationToken cancellationToken)
    {
        using SafeFileHandle tally = new(
            (int)SandboxErrors.Check(
                Kernel.memfd_create("isolation-tally", Kernel.MfdCloexec), "make a memory file for", "a transfer"),
            ownsHandle: true);
        bool isFirst = _madeParents is null;
        CopyInRecord[] open = [.. _open];
        try
        {
            await RunAsync(
                [tally, .. batch.Where(static entry => entry.Content is not null)
                    .Select(static entry => entry.Content!)],
                b => CopyInProgram.Put(b, _parent, isFirst, open, batch, _temporary),
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Record(tally, batch);
        }
    }

    /// <summary>Records the completed entries of a batch.</summary>
    private void Record(SafeFileHandle tally, List<CopyInEntry> batch)
    {
        List<string> parents = [.. CopyInProgram.Parents(_parent)];
        byte[] told = new byte[parents.Count + batch.Count];
        int count = (int)Math.Max(Kernel.pread((int)tally.DangerousGetHandle(), told), 0);
        int next = 0;
        if (_madeParents is null)
        {
            _madeParents = [];
            for (; next < parents.Count && next < count; next++)
            {
                if (told[next] == 1)
                {
                    _madeParents.Add(parents[next]);
                }
            }
        }

        foreach (CopyInEntry entry in batch)
        {
            if (entry.Kind == CopyInKind.EndOfDirectory)
            {
                _done.Add(new CopyInRecord(entry.Kind, entry.Name, _open[^1].IsMade));
                _open.RemoveAt(_open.Count - 1);
                continue;
            }

            if (next >= count)
            {
                return;
            }

            CopyInRecord record = new(entry.Kind, entry.Name, told[next++] == 1);
            _done.Add(record);
            if (entry.Kind == CopyInKind.Directory)
            {
                _open.Add(record);
            }
        }
    }

    private async Task RemoveAsync()
    {
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            _done.Add(new CopyInRecord(CopyInKind.EndOfDirectory, _open[i].Name, _open[i].IsMade));
        }

        _open.Clear();
        try
        {
            for (int begin = 0; begin < Math.Max(_done.Count, 1); begin += EntriesAtOnce)
            {
                int end = Math.Min(begin + EntriesAtOnce, _done.Count);
                CopyInRecord[] open = [.. _open], part = [.. _done[begin..end]];
                string[] parents = end == _done.Count && _madeParents is not null ? [.. _madeParents] : [];
                await RunAsync(
                    [], b => CopyInProgram.Remove(b, _parent, open, part, _temporary, parents), CancellationToken.None)
                    .ConfigureAwait(false);
                Follow(part);
            }
        }
        catch (Exception exception) when (exception is SandboxException or ObjectDisposedException)
        {
            // A sandbox that has ended took everything with it. Otherwise, the error of the transfer itself must be
            // reported.
        }
    }

    private void Follow(CopyInRecord[] part)
    {
        foreach (CopyInRecord record in part)
        {
            switch (record.Kind)
            {
                case CopyInKind.Directory:
                    _open.Add(record);
                    break;
                case CopyInKind.EndOfDirectory:
                    _open.RemoveAt(_open.Count - 1);
                    break;
                default:
                    break;
            }
        }
    }

    private async Task RunAsync(
        IEnumerable<SafeFileHandle> descriptors, Action<Programs.ProgramBuilder> steps,
        CancellationToken cancellationToken)
    {
        SandboxCommand command = new(_path)
        {
            StandardOutput = OutputTarget.Null,
            StandardError = OutputTarget.Null,
            Umask = UnixFileMode.None,
            Descriptors = descriptors.Select(static (handle, i) => (handle, i)).ToImmutableDictionary(
                static one => CopyInProgram.Tally + one.i, static one => (SafeHandle)one.handle),
        };
        cancellationToken.ThrowIfCancellationRequested();

        // A process that is killed may have created an item without recording it, so a canceled one gets some time to
        // finish what it has begun.
        using CancellationTokenSource patience = new();
        using CancellationTokenRegistration canceled = cancellationToken.Register(
            () => patience.CancelAfter(PatienceAfterCancellation));
        SandboxResult result = await _sandbox.RunStepsAsync(command, steps, patience.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (!result.IsSuccess)
        {
            throw new SandboxException(string.Create(
                CultureInfo.InvariantCulture,
                $"Cannot copy '{_path}' into the sandbox: the copying process ended early: {result.Outcome} "
                    + $"{result.Signal}."));
        }
    }
}
