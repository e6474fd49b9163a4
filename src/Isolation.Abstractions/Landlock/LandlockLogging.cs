namespace Isolation;

/// <summary>
/// Specifies which denials appear in the kernel's audit log, named like the kernel's
/// <c>LANDLOCK_RESTRICT_SELF_LOG_*</c>. ABI 7, Linux 6.15.
/// </summary>
/// <remarks>
/// By default, no denials of a command are logged, because the program is executed after the restriction.
/// </remarks>
[Flags]
public enum LandlockLogging
{
    /// <summary>
    /// The kernel's default: denials before the program is executed are logged, denials of the program itself are not.
    /// </summary>
    None = 0,

    /// <summary>Denials before the command's program is executed are not logged. ABI 7, Linux 6.15.</summary>
    SameExecutionOff = 1,

    /// <summary>
    /// Denials of the command's program are logged. A hostile program can flood the log. ABI 7, Linux 6.15.
    /// </summary>
    NewExecutionOn = 2,

    /// <summary>
    /// Denials by Landlock policies that the command creates for itself are not logged. ABI 7, Linux 6.15.
    /// </summary>
    SubdomainsOff = 4,

    /// <summary>All flags.</summary>
    All = SameExecutionOff | NewExecutionOn | SubdomainsOff,
}
