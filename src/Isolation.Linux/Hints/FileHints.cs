using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.Linux.Hints;

/// <summary>Provides the hints for the streams of commands, and for files copied into and out of a sandbox.</summary>
internal static class FileHints
{
    internal static Hint[] All { get; } =
    [
        new(OpenStream, ENOENT, target =>
            $"{target} does not exist on the host: create it, or the directory it is to be created in."),
        new(OpenStream, ENOTDIR, target => $"Something on the way to {target} is not a directory."),
        new(OpenStream, EACCES, RootHints.HostAccess),
        new(OpenStream, EISDIR, target => $"{target} is a directory: name a file in it."),
        new(OpenStream, ELOOP, target =>
            $"There is a symbolic link at or above {target}, which a program that can write there may have left. "
            + "Name the path the link leads to."),
        new(OpenStream, ENXIO, target => $"{target} is a pipe without a reader, or a socket."),
        new(MakePipe, ENFILE,
            "The system-wide limit on open files (fs.file-max), or the user's limit on pipe memory "
            + "(fs.pipe-user-pages-hard), is reached."),

        new(TakeFile, ENOENT, target => $"The sandbox contains no {target}: check that the command created it."),
        new(TakeFile, ENOTDIR, target =>
            $"Something on the way to {target} is not a directory, or {target} itself is not and was to be copied "
            + "as one."),
        new(TakeFile, ELOOP, target =>
            $"There is a symbolic link at or above {target}. Links in a sandbox are never followed: name the path "
            + "the link leads to."),
        new(TakeFile, EACCES, target =>
            $"The application cannot open {target}: run it as root, or let the command grant others access (chmod)."),
        new(OpenHostFile, ENOENT, target => $"{target} does not exist on the host: check the path."),
        new(OpenHostFile, EACCES, RootHints.HostAccess),
        new(OpenHostFile, ELOOP, target => $"{target} is a symbolic link: name the path the link leads to."),
        new(PutFile, ENOTDIR, target =>
            $"Something on the way to {target}, or what is there, is not a directory in the sandbox."),
        new(PutFile, EACCES, target =>
            $"The sandbox's user cannot write {target}: choose a directory it can write, such as a temporary one."),
        new(PutFile, EROFS, target =>
            $"{target} is on a read-only file system of the sandbox: choose a path below a temporary directory."),
        new(PutFile, ENOSPC, target =>
            $"The file system of {target} is full: raise its Size or Inodes, or write less."),
    ];
}
