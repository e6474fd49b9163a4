namespace Isolation;

/// <summary>
/// Specifies operations that Landlock restricts to a command and its descendants, named like the kernel's
/// <c>LANDLOCK_SCOPE_*</c>. ABI 6, Linux 6.12.
/// </summary>
[Flags]
public enum LandlockScopes
{
    /// <summary>No restriction.</summary>
    None = 0,

    /// <summary>Connecting to abstract Unix sockets of outside processes is forbidden. ABI 6, Linux 6.12.</summary>
    AbstractUnixSockets = 1,

    /// <summary>Sending signals to outside processes is forbidden. ABI 6, Linux 6.12.</summary>
    Signals = 2,

    /// <summary>Both.</summary>
    All = AbstractUnixSockets | Signals,
}
