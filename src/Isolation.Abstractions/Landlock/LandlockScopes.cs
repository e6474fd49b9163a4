namespace Isolation;

/// <summary>
/// What Landlock keeps within a command and its descendants, named as the kernel's <c>LANDLOCK_SCOPE_*</c>. ABI 6,
/// Linux 6.12.
/// </summary>
[Flags]
public enum LandlockScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Abstract Unix sockets of processes outside cannot be connected to. ABI 6, Linux 6.12.</summary>
    AbstractUnixSockets = 1,

    /// <summary>Processes outside cannot be signalled. ABI 6, Linux 6.12.</summary>
    Signals = 2,

    /// <summary>Both.</summary>
    All = AbstractUnixSockets | Signals,
}
