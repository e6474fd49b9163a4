using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Files;

/// <summary>
/// Opens files of the host for the streams of a command. An earlier command may have had write access to their
/// directory and placed a symbolic link to a file that only the application may open, or a pipe without a peer.
/// </summary>
internal static class HostFile
{
    private const int Permissions = 0b110_110_110;

    internal static int Open(string path, int flags, bool followsLinks = false)
    {
        int descriptor = (int)SandboxErrors.Check(
            Kernel.openat2(
                Kernel.AtFdcwd, path, flags | Kernel.OCloexec | Kernel.ONonblock | Kernel.ONoctty,
                (flags & Kernel.OCreat) != 0 ? Permissions : 0, followsLinks ? 0 : Kernel.ResolveNoSymlinks),
            "open", path, StepKind.OpenStream);

        // A directory outside the payload's root would give it access to all others.
        if (Kernel.statx(descriptor, out FileStatus status) < 0 || status.Type == Kernel.DirectoryFile)
        {
            Kernel.close(descriptor);
            throw SandboxErrors.Refuse(new ProgramStep("open", path, StepKind.OpenStream), Errno.EISDIR);
        }

        // Only opening must not block; the payload expects blocking reads and writes.
        Kernel.fcntl(descriptor, Kernel.FSetfl, 0);
        return descriptor;
    }
}
