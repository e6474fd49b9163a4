using System.Collections.Concurrent;

namespace Isolation.Testing;

/// <summary>
/// Represents the files of a <see cref="FakeSandbox"/>, in memory. Programs of the fake do not access them; only the
/// test does.
/// </summary>
public sealed class FakeSandboxFiles : ISandboxFiles
{
    private readonly FakeSandbox _sandbox;

    internal FakeSandboxFiles(FakeSandbox sandbox) => _sandbox = sandbox;

    /// <summary>Gets all files by their path in the sandbox. Tests can read and change them.</summary>
    public ConcurrentDictionary<string, byte[]> Contents { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task WriteAsync(
        string path,
        ReadOnlyMemory<byte> content,
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
            | UnixFileMode.OtherRead,
        CancellationToken cancellationToken = default)
    {
        Check(path, cancellationToken);
        Contents[path] = content.ToArray();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CopyInAsync(
        string hostPath, string path, FileTransferLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(hostPath);
        Check(path, cancellationToken);
        limits?.Validate();
        if (File.Exists(hostPath))
        {
            Contents[path] = File.ReadAllBytes(hostPath);
            return Task.CompletedTask;
        }

        foreach (string file in Directory.EnumerateFiles(hostPath, "*", SearchOption.AllDirectories))
        {
            Contents[$"{path}/{Path.GetRelativePath(hostPath, file).Replace(Path.DirectorySeparatorChar, '/')}"] =
                File.ReadAllBytes(file);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(
        string path, long maximumSize = 16 << 20, CancellationToken cancellationToken = default)
    {
        Check(path, cancellationToken);
        ArgumentOutOfRangeException.ThrowIfNegative(maximumSize);
        return !Contents.TryGetValue(path, out byte[]? content)
            ? Task.FromException<byte[]>(Refusal(path, "the file does not exist in the sandbox"))
            : content.Length > maximumSize
                ? Task.FromException<byte[]>(Refusal(path, $"the file is larger than {maximumSize} bytes"))
                : Task.FromResult(content);
    }

    /// <inheritdoc/>
    public async Task<CopyResult> CopyOutAsync(
        string path, string hostDirectory, FileTransferLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(hostDirectory);
        Check(path, cancellationToken);
        limits?.Validate();
        Directory.CreateDirectory(hostDirectory);
        (int files, long bytes) = (0, 0);
        HashSet<string> directories = [];
        foreach ((string file, byte[] content) in Contents.Where(
            file => file.Key.StartsWith(path + "/", StringComparison.Ordinal)))
        {
            string target = Path.Combine(hostDirectory, file[(path.Length + 1)..]);
            string directory = Path.GetDirectoryName(target)!;
            directories.Add(directory);
            Directory.CreateDirectory(directory);
            await File.WriteAllBytesAsync(target, content, cancellationToken).ConfigureAwait(false);
            files++;
            bytes += content.Length;
        }

        return new CopyResult(files, directories.Count(directory => directory != hostDirectory), bytes, []);
    }

    private static SandboxException Refusal(string path, string reason) =>
        new($"Cannot read '{path}': {reason}.") { Operation = "copy-out" };

    private void Check(string path, CancellationToken cancellationToken)
    {
        SandboxPath.Validate(path);
        ObjectDisposedException.ThrowIf(_sandbox.IsDisposed, _sandbox);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
