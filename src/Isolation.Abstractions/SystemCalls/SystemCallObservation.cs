namespace Isolation;

/// <summary>Which system calls of a command are written down; see <see cref="SandboxResult.ObservedCalls"/>.</summary>
public enum SystemCallObservation
{
    /// <summary>None.</summary>
    None,

    /// <summary>
    /// Those that the filter denies. Each takes a round by way of the host, about 20 µs; others cost nothing. A call
    /// that is to kill is written down and kills.
    /// </summary>
    Denied,

    /// <summary>
    /// All. Every call takes a round by way of the host, so the program is slow: for learning what it needs.
    /// </summary>
    All,
}
