using System.Globalization;
using System.Security.Cryptography;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.State;

/// <summary>
/// Represents the state directory of one detached sandbox while it belongs to this process. The lock on it makes the
/// process the only one that talks to the sandbox's init, and that writes here.
/// </summary>
internal sealed partial class SandboxDirectory : IDisposable
{
    /// <summary>The lock, which also marks the directory as one of this library.</summary>
    private const string LockFile = "isolation.lock";
    private const string SocketFile = "control";
    private const string TableFile = "exits";
    private const string CommandPrefix = "command-";
    private const string LastPrefix = "last-";
    private const string TemporarySuffix = ".new";

    private readonly StateDirectory _parent;
    private readonly FileLock _lock;
    private long? _lastForgotten;

    private SandboxDirectory(StateDirectory parent, string path, FileLock @lock)
    {
        _parent = parent;
        Path = path;
        _lock = @lock;
    }

    /// <summary>Gets the path.</summary>
    internal string Path { get; }

    /// <summary>Gets the path of the table of ended commands.</summary>
    internal string TablePath => System.IO.Path.Combine(Path, TableFile);

    /// <summary>Gets the id of the sandbox.</summary>
    internal string Id => System.IO.Path.GetFileName(Path);

    /// <summary>Gets the numbers of the recorded commands, in the order of their start.</summary>
    internal IEnumerable<long> Commands => Numbers(CommandPrefix);

    /// <summary>Gets the highest number of a command that was forgotten; 0 if there is none.</summary>
    internal long LastForgotten => _lastForgotten ??= Numbers(LastPrefix).LastOrDefault();

    /// <summary>Returns whether a directory is one of this library.</summary>
    internal static bool IsMarked(string path) => File.Exists(System.IO.Path.Combine(path, LockFile));

    /// <summary>Takes a directory; null if another process has it. The caller has entered the parent.</summary>
    internal static SandboxDirectory? TryTake(StateDirectory parent, string path) =>
        FileLock.TryTake(System.IO.Path.Combine(path, LockFile)) is { } taken
            ? new SandboxDirectory(parent, path, taken)
            : null;

    /// <summary>Reads the state file of a sandbox that belongs to another process; null if there is none.</summary>
    internal static byte[]? Peek(StateDirectory parent, string id, string name)
    {
        try
        {
            return File.ReadAllBytes(System.IO.Path.Combine(parent.Path, id, name));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Gets the name of the file of a command.</summary>
    internal static string CommandFile(long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{CommandPrefix}{number}");

    /// <summary>Creates a secret for <see cref="DetachNodes"/>.</summary>
    internal static byte[] CreateSecret() => RandomNumberGenerator.GetBytes(DetachNodes.SecretSize);

    /// <summary>Opens the table of ended commands.</summary>
    internal SafeFileHandle OpenTable(FileMode mode)
    {
        try
        {
            return File.OpenHandle(
                TablePath, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"Cannot open the table of ended commands: {exception.Message}", exception);
        }
    }

    /// <summary>Returns whether a file exists.</summary>
    internal bool Contains(string name) => File.Exists(System.IO.Path.Combine(Path, name));

    /// <summary>Reads a file; null if it does not exist.</summary>
    internal byte[]? Read(string name, int maximumSize = SandboxState.MaximumSize)
    {
        FileInfo file = new(System.IO.Path.Combine(Path, name));
        try
        {
            if (!file.Exists)
            {
                return null;
            }

            if (file.LinkTarget is not null || file.Length > maximumSize)
            {
                throw new SandboxException(
                    $"The state file {file.FullName} is a link, or larger than {maximumSize} bytes.");
            }

            return File.ReadAllBytes(file.FullName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"Cannot read the state of the sandbox: {exception.Message}", exception);
        }
    }

    /// <summary>Replaces a file as a whole, so that a reader never sees a part of it.</summary>
    internal void Write(string name, ReadOnlySpan<byte> content)
    {
        string path = System.IO.Path.Combine(Path, name), temporary = path + TemporarySuffix;
        if (content.Length > SandboxState.MaximumSize)
        {
            throw new SandboxException(
                $"The state of the sandbox in {name} is too large: {content.Length} bytes "
                + $"(limit: {SandboxState.MaximumSize}). Bind large files instead of adding them by their content.");
        }

        try
        {
            using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(file, content, 0);
            }

            DetachedRecord.Reached?.Invoke($"write {name}");
            File.Move(temporary, path, overwrite: true);
            DetachedRecord.Reached?.Invoke($"place {name}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new SandboxException(
                $"Cannot write the state of the sandbox to {path}: {exception.Message}", exception);
        }
    }

    /// <summary>Forgets a command. The highest number is kept, so that it is never used again.</summary>
    internal void Forget(long number)
    {
        string file = System.IO.Path.Combine(Path, CommandFile(number));
        long last = LastForgotten;
        if (number <= last)
        {
            TryDelete(file);
            return;
        }

        try
        {
            File.Move(file, System.IO.Path.Combine(Path, LastFile(number)), overwrite: true);
            _lastForgotten = number;
            TryDelete(System.IO.Path.Combine(Path, LastFile(last)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The command was never recorded, or somebody has removed the directory.
            TryDelete(file);
        }
    }

    /// <summary>
    /// Removes the directory, and releases it. Removes only files of this library, in case somebody else has put
    /// others there.
    /// </summary>
    internal void Remove()
    {
        try
        {
            using (_parent.Enter())
            {
                foreach (string file in Directory.Exists(Path) ? Directory.GetFiles(Path) : [])
                {
                    // The lock goes last, so that a removal that is cut short is completed by the next application.
                    string name = System.IO.Path.GetFileName(file);
                    if (IsOwn(name) && name != LockFile)
                    {
                        TryDelete(file);
                        DetachedRecord.Reached?.Invoke($"delete {name}");
                    }
                }

                TryDelete(System.IO.Path.Combine(Path, LockFile));
                Kernel.rmdir(Path);
            }
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string LastFile(long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{LastPrefix}{number}");

    private static bool IsOwn(string name)
    {
        string whole = name.EndsWith(TemporarySuffix, StringComparison.Ordinal)
            ? name[..^TemporarySuffix.Length]
            : name;
        return whole is LockFile or SocketFile or TableFile || DetachedRecord.Files.Contains(whole)
            || whole.StartsWith(CommandPrefix, StringComparison.Ordinal)
            || whole.StartsWith(LastPrefix, StringComparison.Ordinal);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is gone already, or is completed by the next application.
        }
    }

    private IEnumerable<long> Numbers(string prefix)
    {
        try
        {
            return [.. Directory.EnumerateFiles(Path, prefix + "*")
                .Select(path => long.TryParse(
                    System.IO.Path.GetFileName(path)[prefix.Length..], NumberStyles.None,
                    CultureInfo.InvariantCulture, out long number) ? number : 0)
                .Where(static number => number > 0).Order()];
        }
        catch (IOException)
        {
            // Somebody has removed the directory.
            return [];
        }
    }
}
