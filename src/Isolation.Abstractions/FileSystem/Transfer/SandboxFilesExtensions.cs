using System.Text;

namespace Isolation;

/// <summary>Provides extension methods for text in the files of a sandbox.</summary>
public static class SandboxFilesExtensions
{
    /// <summary>Writes text to a file in the sandbox, in UTF-8 without a byte order mark.</summary>
    /// <param name="files">The files of the sandbox.</param>
    /// <param name="path">The absolute path inside the sandbox.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">The token that cancels the operation.</param>
    /// <inheritdoc cref="ISandboxFiles.WriteAsync" path="/exception"/>
    public static Task WriteAsync(
        this ISandboxFiles files, string path, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(text);
        return files.WriteAsync(path, Encoding.UTF8.GetBytes(text), cancellationToken: cancellationToken);
    }

    /// <summary>Reads a file in the sandbox as text in UTF-8. Invalid bytes become U+FFFD.</summary>
    /// <param name="files">The files of the sandbox.</param>
    /// <param name="path">The absolute path inside the sandbox.</param>
    /// <param name="maximumSize">The maximum size of the file, in bytes. Default: 16 MiB.</param>
    /// <param name="cancellationToken">The token that cancels the operation.</param>
    /// <inheritdoc cref="ISandboxFiles.ReadAsync" path="/exception"/>
    public static async Task<string> ReadTextAsync(
        this ISandboxFiles files, string path, long maximumSize = 16 << 20,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        return Encoding.UTF8.GetString(
            await files.ReadAsync(path, maximumSize, cancellationToken).ConfigureAwait(false));
    }
}
