namespace Isolation;

/// <summary>
/// Files of a sandbox that is up: put in before a command runs, taken out when it has ended, or at any time between.
/// Safe for use from many threads at once.
/// </summary>
/// <remarks>
/// What goes in is written inside, by a process with the rights, the filter and the view of a command of the sandbox's
/// user: it can reach nothing that a payload could not. Memory that it takes in a temporary directory counts there, and
/// as the host's, not at the sandbox's limit. What comes out is read by the host, and nothing that a payload left is
/// followed: no symbolic link anywhere in a path, no device, FIFO or socket is opened, no other file system entered on
/// the way down, and what is beyond the limits ends the transfer. Paths are absolute paths inside.
/// </remarks>
public interface ISandboxFiles
{
    /// <summary>
    /// Writes a file, whole or not at all. Missing directories on the way are created; a file that is there is
    /// replaced, whatever it is a link to left alone.
    /// </summary>
    /// <remarks>If writing fails or is canceled, a file that was there before still is, and nothing is left of the new
    /// one.</remarks>
    /// <param name="path">An absolute path inside, of a place where the sandbox's user may write.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="mode">Permissions, without set-user-id and the like. Default: 0644.</param>
    /// <param name="cancellationToken">Kills the process that writes.</param>
    /// <exception cref="ArgumentException">The path is not absolute, or has <c>..</c> in it; the mode has more than
    /// permissions.</exception>
    /// <exception cref="SandboxException">It cannot be written, for example since the place is read-only or
    /// full.</exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    Task WriteAsync(
        string path,
        ReadOnlyMemory<byte> content,
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
            | UnixFileMode.OtherRead,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Copies a file of the host, or a directory with all files and directories in it, to a path inside, with their
    /// permissions. What is neither a file nor a directory is refused; symbolic links as well.
    /// </summary>
    /// <remarks>
    /// Each file is put whole or not at all. If the transfer fails or is canceled, the files and directories that it
    /// created are removed; files that
    /// it has replaced by then stay replaced.
    /// </remarks>
    /// <param name="hostPath">What to copy.</param>
    /// <param name="path">Where to; becomes the copy itself, not a directory around it. Files that are there are
    /// replaced.</param>
    /// <param name="limits">How much there may be. Default: see <see cref="FileTransferLimits"/>.</param>
    /// <param name="cancellationToken">Kills the process that writes.</param>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    Task CopyInAsync(
        string hostPath, string path, FileTransferLimits? limits = null, CancellationToken cancellationToken = default);

    /// <summary>Reads a file.</summary>
    /// <param name="path">An absolute path inside, without symbolic links in it.</param>
    /// <param name="maximumSize">The most bytes that it may have, 0 to 2,147,483,591.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">The path is not absolute, or has <c>..</c> in it.</exception>
    /// <exception cref="SandboxException">
    /// There is none, it is larger (<c>EFBIG</c>), not a file (<c>EINVAL</c>), there is a link in the path
    /// (<c>ELOOP</c>), a process holds a lease on
    /// it (<c>EAGAIN</c>), the sandbox's first process has ended (<c>ESRCH</c>), or it cannot be read.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    Task<byte[]> ReadAsync(string path, int maximumSize, CancellationToken cancellationToken = default);

    /// <summary>
    /// Copies a directory, with all files and directories in it, to a new directory of the host. Each entry that cannot
    /// be copied is left out, with its reason.
    /// </summary>
    /// <param name="path">An absolute path inside, without symbolic links in it.</param>
    /// <param name="hostDirectory">The directory to make; it must not be there yet. Removed again if the transfer
    /// fails.</param>
    /// <param name="limits">How much there may be. Default: see <see cref="FileTransferLimits"/>.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    Task<CopyResult> CopyOutAsync(
        string path, string hostDirectory, FileTransferLimits? limits = null,
        CancellationToken cancellationToken = default);
}
