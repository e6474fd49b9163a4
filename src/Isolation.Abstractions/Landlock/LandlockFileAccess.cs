namespace Isolation;

/// <summary>
/// Specifies rights on files and directories that Landlock can restrict, named like the kernel's
/// <c>LANDLOCK_ACCESS_FS_*</c>; see landlock(7).
/// </summary>
/// <remarks>
/// Landlock checks new requests only. A file that was opened before, such as a standard stream, remains usable.
/// </remarks>
[Flags]
public enum LandlockFileAccess
{
    /// <summary>No rights.</summary>
    None = 0,

    /// <summary>Executing a file. ABI 1, Linux 5.13.</summary>
    Execute = 1 << 0,

    /// <summary>Opening a file for writing. ABI 1, Linux 5.13.</summary>
    WriteFile = 1 << 1,

    /// <summary>Opening a file for reading. ABI 1, Linux 5.13.</summary>
    ReadFile = 1 << 2,

    /// <summary>Opening a directory, or listing it. ABI 1, Linux 5.13.</summary>
    ReadDirectory = 1 << 3,

    /// <summary>Removing an empty directory, or moving one away. ABI 1, Linux 5.13.</summary>
    RemoveDirectory = 1 << 4,

    /// <summary>Removing a file, or moving one away. ABI 1, Linux 5.13.</summary>
    RemoveFile = 1 << 5,

    /// <summary>Creating a character device. ABI 1, Linux 5.13.</summary>
    MakeCharacterDevice = 1 << 6,

    /// <summary>Creating a directory. ABI 1, Linux 5.13.</summary>
    MakeDirectory = 1 << 7,

    /// <summary>Creating a regular file. ABI 1, Linux 5.13.</summary>
    MakeRegularFile = 1 << 8,

    /// <summary>Creating a Unix socket. ABI 1, Linux 5.13.</summary>
    MakeSocket = 1 << 9,

    /// <summary>Creating a named pipe. ABI 1, Linux 5.13.</summary>
    MakeFifo = 1 << 10,

    /// <summary>Creating a block device. ABI 1, Linux 5.13.</summary>
    MakeBlockDevice = 1 << 11,

    /// <summary>Creating a symbolic link. ABI 1, Linux 5.13.</summary>
    MakeSymbolicLink = 1 << 12,

    /// <summary>
    /// Linking or moving files between directories if the file gains no rights. ABI 2, Linux 5.19. On earlier kernels,
    /// every Landlock policy forbids it.
    /// </summary>
    Refer = 1 << 13,

    /// <summary>Truncating a file. ABI 3, Linux 6.2. On earlier kernels, no Landlock policy can forbid it.</summary>
    Truncate = 1 << 14,

    /// <summary>
    /// Calling ioctl(2) on devices that are opened after the restriction. ABI 5, Linux 6.10. On earlier kernels, no
    /// Landlock policy can forbid it.
    /// </summary>
    IoctlDevice = 1 << 15,

    /// <summary>Reading files and listing directories.</summary>
    Read = ReadFile | ReadDirectory,

    /// <summary>Reading and executing, as programs and their libraries require.</summary>
    ReadExecute = Read | Execute,

    /// <summary>Changing, creating, moving and removing files and directories, except devices.</summary>
    Write = WriteFile | Truncate | RemoveDirectory | RemoveFile | MakeDirectory | MakeRegularFile | MakeSocket
        | MakeFifo | MakeSymbolicLink | Refer,

    /// <summary>Reading and writing.</summary>
    ReadWrite = Read | Write,

    /// <summary>All rights that this library supports.</summary>
    All = (1 << 16) - 1,
}
