namespace Isolation;

/// <summary>
/// Transfers files into and out of a running sandbox: before a command runs, while it runs, or after it has ended.
/// Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Files are written by a process inside the sandbox that has the rights, the filter and the view of a command of the
/// sandbox's user, so it cannot reach anything that a payload cannot reach. Data written to a temporary directory
/// counts toward the size of that directory and the memory of the host, not toward the sandbox's memory limit.
/// </para>
/// <para>
/// Files are read by the application. It follows no symbolic link in any part of a path, opens no device, FIFO or
/// socket, and enters no other file system below the path. A transfer that exceeds the limits fails. All paths inside
/// the sandbox are absolute.
/// </para>
/// </remarks>
public interface ISandboxFiles
{
    /// <summary>
    /// Writes a file atomically. Missing parent directories are created, and an existing file is replaced. If the path
    /// is a link, the link is replaced and its target is left unchanged.
    /// </summary>
    /// <remarks>
    /// If writing fails or is canceled, an existing file is left unchanged and no part of the new file remains.
    /// </remarks>
    /// <param name="path">
    /// The absolute path inside the sandbox, where the sandbox's user must have write permission.
    /// </param>
    /// <param name="content">The content of the file.</param>
    /// <param name="mode">The permissions, without set-user-id, set-group-id and sticky bits. Default: 0644.</param>
    /// <param name="cancellationToken">
    /// A token that cancels the operation. The process that writes may finish what it has begun within a second, and is
    /// killed after that.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The path is not absolute or contains <c>..</c>, or the mode contains bits other than permissions.
    /// </exception>
    /// <exception cref="SandboxException">
    /// The file cannot be written, for example because the location is read-only or full.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    Task WriteAsync(
        string path,
        ReadOnlyMemory<byte> content,
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
            | UnixFileMode.OtherRead,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Copies a file of the host, or a directory with all files and directories in it, to a path inside, including
    /// permissions. Anything other than files and directories is rejected, including symbolic links.
    /// </summary>
    /// <remarks>
    /// Each file is written atomically. If the transfer fails or is canceled, the files and directories that it created
    /// are removed, but files that it replaced are not restored.
    /// </remarks>
    /// <param name="hostPath">The path of the file or directory on the host.</param>
    /// <param name="path">
    /// The absolute path of the copy itself inside the sandbox, not of its parent directory. Existing files are
    /// replaced.
    /// </param>
    /// <param name="limits">The limits of the transfer. Default: see <see cref="FileTransferLimits"/>.</param>
    /// <param name="cancellationToken">
    /// A token that cancels the operation. The process that writes may finish what it has begun within a second, and is
    /// killed after that.
    /// </param>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    Task CopyInAsync(
        string hostPath, string path, FileTransferLimits? limits = null, CancellationToken cancellationToken = default);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The absolute path inside the sandbox, without symbolic links.</param>
    /// <param name="maximumSize">The maximum size of the file in bytes, 0 to 2,147,483,591.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The content of the file.</returns>
    /// <exception cref="ArgumentException">The path is not absolute or contains <c>..</c>.</exception>
    /// <exception cref="SandboxException">
    /// The path does not exist, is too large (<c>EFBIG</c>), has the wrong type (<c>EINVAL</c>), contains a symbolic
    /// link (<c>ELOOP</c>) or cannot be read; a process holds a lease on the file (<c>EAGAIN</c>); or the sandbox's
    /// first process has ended (<c>ESRCH</c>).
    /// </exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    Task<byte[]> ReadAsync(
        string path, long maximumSize = 16 << 20, CancellationToken cancellationToken = default);

    /// <summary>
    /// Copies a directory, with all files and directories in it, to a new directory of the host. Entries that cannot be
    /// copied are skipped, and the result lists them with the reason.
    /// </summary>
    /// <param name="path">The absolute path inside the sandbox, without symbolic links.</param>
    /// <param name="hostDirectory">
    /// The path of the directory to create, which must not exist. The directory is removed if the transfer fails.
    /// </param>
    /// <param name="limits">The limits of the transfer. Default: see <see cref="FileTransferLimits"/>.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The numbers of copied files, directories and bytes, and the skipped entries.</returns>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    Task<CopyResult> CopyOutAsync(
        string path, string hostDirectory, FileTransferLimits? limits = null,
        CancellationToken cancellationToken = default);
}
