using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Files;

/// <summary>
/// Files of the host that streams of a command are. They may lie in a directory that an earlier command could write,
/// which then chose what is there: a link to what the host may open and the payload may not, or a pipe that nobody
/// answers.
/// </summary>
internal static class HostFile
{
    private const int Permissions = 0b110_110_110;

    internal static int Open(string path, int flags)
    {
        int descriptor = (int)SandboxErrors.Check(
            Kernel.openat2(
                Kernel.AtFdcwd, path, flags | Kernel.OCloexec | Kernel.ONonblock | Kernel.ONoctty,
                (flags & Kernel.OCreat) != 0 ? Permissions : 0, Kernel.ResolveNoSymlinks),
            "open", path, StepKind.OpenStream);

        // A directory outside of the payload's root would lead it to all others.
        if (Kernel.statx(descriptor, out FileStatus status) < 0 || status.Type == Kernel.DirectoryFile)
        {
            Kernel.close(descriptor);
            throw SandboxErrors.Create(new ProgramStep("open", path, StepKind.OpenStream), Errno.EISDIR);
        }

        // Only the opening must not wait: the payload reads and writes as it is used to.
        Kernel.fcntl(descriptor, Kernel.FSetfl, 0);
        return descriptor;
    }
}
