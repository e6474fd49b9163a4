using Isolation.Linux.Host;

namespace Isolation.Linux.Probing;

/// <summary>
/// Finds whether the init image can be executed from memory. Otherwise it is executed from a file, with the same
/// result.
/// </summary>
internal static class MemoryFileProbe
{
    internal static FeatureSupport Find(HostFiles files, IKernelProbes trials)
    {
        const IsolationFeature Feature = IsolationFeature.ExecutableMemoryFiles;
        if (trials.TryMemoryFile(out string? refusal))
        {
            return new(Feature, true, "The first process of a sandbox runs from memory.", null);
        }

        if (refusal is not null)
        {
            return new(
                Feature, false, $"The init image can be executed neither from memory nor from a file. {refusal}", null);
        }

        return files.ReadText("/proc/sys/vm/memfd_noexec") is "2"
            ? new(Feature, false, "vm.memfd_noexec is 2; the init image is executed from a file instead.",
                "sysctl -w vm.memfd_noexec=1")
            : new(
                Feature, false,
                "A security module refuses to execute memory files; the init image is executed from a file instead.",
                "Allow the application to execute memory files (memfd) in its policy.");
    }
}
