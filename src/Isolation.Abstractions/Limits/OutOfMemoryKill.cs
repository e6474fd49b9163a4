namespace Isolation;

/// <summary>Specifies which processes the kernel kills when a sandbox's memory is exhausted.</summary>
public enum OutOfMemoryKill
{
    /// <summary>The process that the kernel expects to free the most memory.</summary>
    OneProcess,

    /// <summary>All processes of the command that the selected process belongs to.</summary>
    WholeCommand,

    /// <summary>
    /// <see cref="WholeCommand"/> if the memory controller is on cgroup v2; <see cref="OneProcess"/> otherwise, which
    /// the report lists.
    /// </summary>
    WholeCommandIfPossible,
}
