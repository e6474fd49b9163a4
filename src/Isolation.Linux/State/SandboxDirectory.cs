using System.Globalization;
using System.Security.Cryptography;
using Isolation.Linux.Errors;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.State;

/// <summary>
/// Represents the state directory of one detached sandbox while it belongs to this process. The lock on it makes the
/// process the only one that talks to the sandbox's init, and that writes here.
/// </summary>
internal sealed class SandboxDirectory : IDisposable
{
    private const string LockFile = "lock";
    private const string SocketFile = "control";
    private const string TableFile = "exits";
    private const string CommandPrefix = "command-";

    private readonly StateDirectory _parent;
    private readonly FileLock _lock;

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
    internal IEnumerable<long> Commands => Directory.EnumerateFiles(Path, CommandPrefix + "*")
        .Select(path => long.TryParse(
            System.IO.Path.GetFileName(path)[CommandPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture,
            out long number) ? number : 0)
        .Where(static number => number > 0).Order();

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

    /// <summary>Creates the socket on which init will listen. The caller closes the descriptor.</summary>
    internal int CreateListener()
    {
        int listener = (int)SandboxErrors.Check(
            Kernel.socket(Kernel.AfUnix, Kernel.SockSeqpacket | Kernel.SockCloexec), "create the control socket", null);
        long result = AtShortPath(path => Kernel.bind(listener, path));
        if (result < 0)
        {
            Kernel.close(listener);
        }

        SandboxErrors.Check(result, "create the control socket", System.IO.Path.Combine(Path, SocketFile));
        return listener;
    }

    /// <summary>Connects to init.</summary>
    /// <param name="state">The state, whose process must be the one that listens.</param>
    /// <exception cref="SandboxException">Another process listens, or none.</exception>
    internal InitChannel Connect(SandboxState state)
    {
        string target = System.IO.Path.Combine(Path, SocketFile);
        int socket = (int)SandboxErrors.Check(
            Kernel.socket(Kernel.AfUnix, Kernel.SockSeqpacket | Kernel.SockCloexec), "create the control socket", null);
        InitChannel channel = new(socket);
        try
        {
            SandboxErrors.Check(
                AtShortPath(path => Kernel.connect(socket, path)), "connect to the sandbox's init", target);
            SandboxErrors.Check(Kernel.getpeercred(socket, out Kernel.PeerCredentials peer), "identify", target);
            if (peer.ProcessId != state.Init.ProcessId)
            {
                throw new SandboxException(
                    "connect to the sandbox's init", target, 0, nameof(Errno.ESRCH),
                    $"process {peer.ProcessId} listens there, not process {state.Init.ProcessId} of the state file",
                    "Stop the processes of the sandbox, and remove its state directory.");
            }

            SandboxErrors.Check(Kernel.send(socket, state.Secret.Span), "connect to the sandbox's init", target);
            return channel;
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

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
        string path = System.IO.Path.Combine(Path, name), temporary = path + ".new";
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
            File.Delete(temporary);
            throw new SandboxException(
                $"Cannot write the state of the sandbox to {path}: {exception.Message}", exception);
        }
    }

    /// <summary>Removes a file.</summary>
    internal void Remove(string name) => File.Delete(System.IO.Path.Combine(Path, name));

    /// <summary>Removes the directory, and releases it.</summary>
    internal void Remove()
    {
        using (_parent.Enter())
        {
            if (Directory.Exists(Path))
            {
                foreach (string file in Directory.GetFiles(Path))
                {
                    // The lock goes last, so that a removal that is cut short is completed by the next application.
                    if (System.IO.Path.GetFileName(file) != LockFile)
                    {
                        File.Delete(file);
                        DetachedRecord.Reached?.Invoke($"delete {System.IO.Path.GetFileName(file)}");
                    }
                }

                Directory.Delete(Path, recursive: true);
            }
        }

        Dispose();
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>
    /// Calls with a path of the socket that is short enough for <c>struct sockaddr_un</c>, wherever the directory is.
    /// </summary>
    private long AtShortPath(Func<string, long> call)
    {
        long directory = Kernel.openat(Kernel.AtFdcwd, Path, Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec);
        if (directory < 0)
        {
            return directory;
        }

        try
        {
            return call(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory}/{SocketFile}"));
        }
        finally
        {
            Kernel.close((int)directory);
        }
    }
}
