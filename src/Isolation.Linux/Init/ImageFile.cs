using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Init;

/// <summary>
/// Creates the init image as an unlinked file, for hosts that refuse to execute memory files.
/// </summary>
internal static class ImageFile
{
    internal static int Create(ReadOnlySpan<byte> content)
    {
        List<string> refusals = [];
        foreach (string directory in Directories())
        {
            string path = Path.Combine(directory, $"isolation-init-{Environment.ProcessId}-{Guid.NewGuid():N}");
            int descriptor = Write(directory, path, content, refusals);
            if (descriptor >= 0)
            {
                return descriptor;
            }
        }

        throw SandboxErrors.Refuse(
            new ProgramStep("place the init image", null), Errno.EACCES,
            $"no directory can hold it: {string.Join("; ", refusals)}",
            "Set XDG_RUNTIME_DIR or TMPDIR to a directory of the process on a file system without noexec, or "
                + "allow the execution of memory files (sysctl vm.memfd_noexec=0).");
    }

    private static IEnumerable<string> Directories()
    {
        foreach (string? directory in new[] { Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), "/run",
            Path.GetTempPath(), "/var/tmp" })
        {
            if (!string.IsNullOrEmpty(directory) && Directory.Exists(directory))
            {
                yield return directory;
            }
        }
    }

    private static int Write(string directory, string path, ReadOnlySpan<byte> content, List<string> refusals)
    {
        long writer = Kernel.openat(
            Kernel.AtFdcwd, path, Kernel.OWronly | Kernel.OCreat | Kernel.OExcl | Kernel.OCloexec | Kernel.ONofollow,
            0b111_000_000);
        if (writer < 0)
        {
            refusals.Add($"{directory}: {ErrnoText.Name((int)-writer)}");
            return -1;
        }

        try
        {
            // The image needs a second descriptor: a file that is open for writing cannot be executed.
            long written = Kernel.write((int)writer, content);
            long reader = written < 0
                ? written
                : Kernel.openat(Kernel.AtFdcwd, path, Kernel.ORdonly | Kernel.OCloexec | Kernel.ONofollow);
            long mapped = reader < 0
                ? reader
                : Kernel.mmap(Environment.SystemPageSize, Kernel.ProtExec, Kernel.MapPrivate, (int)reader, 0);
            if (mapped >= 0)
            {
                return (int)reader;
            }

            refusals.Add($"{directory}: {ErrnoText.Name((int)-mapped)}");
            if (reader >= 0)
            {
                Kernel.close((int)reader);
            }

            return -1;
        }
        finally
        {
            Kernel.close((int)writer);
            File.Delete(path);
        }
    }
}
