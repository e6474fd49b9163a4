namespace Isolation;

/// <summary>Specifies the source of the values of a <see cref="SandboxUsage"/>.</summary>
public enum UsageSource
{
    /// <summary>
    /// The kernel's totals of processes that were waited for (getrusage(2)), because there was no cgroup. Only CPU
    /// time, page faults and the largest resident set of a single process are known.
    /// </summary>
    Processes,

    /// <summary>Cgroups, which count all processes, whether they were waited for or not.</summary>
    Groups,
}
