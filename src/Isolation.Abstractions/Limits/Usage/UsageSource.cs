namespace Isolation;

/// <summary>Where the figures of a <see cref="SandboxUsage"/> come from.</summary>
public enum UsageSource
{
    /// <summary>
    /// From what the kernel adds up over processes that were waited for (getrusage(2)): there was no control group.
    /// Only CPU time, page faults and the largest resident set of a single process are known.
    /// </summary>
    Processes,

    /// <summary>From control groups: everything that ran counts, waited for or not.</summary>
    Groups,
}
