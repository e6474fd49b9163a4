namespace Isolation;

/// <summary>Specifies the system calls of a command to record; see <see cref="SandboxResult.ObservedCalls"/>.</summary>
public enum SystemCallObservation
{
    /// <summary>No calls.</summary>
    None,

    /// <summary>
    /// The calls that the filter denies. Each involves a round trip to the application, about 20 µs; other calls have
    /// no overhead. A call whose action is to kill is recorded and kills.
    /// </summary>
    Denied,

    /// <summary>
    /// All calls. Each involves a round trip to the application, so the program is slow; use this value to find out
    /// which calls a program requires.
    /// </summary>
    All,
}
