namespace Isolation;

/// <summary>
/// Which refusals the kernel's audit log gets, named as the kernel's <c>LANDLOCK_RESTRICT_SELF_LOG_*</c>. ABI 7, Linux
/// 6.15. By default it gets none of a command, since commands are executed after they were restricted.
/// </summary>
[Flags]
public enum LandlockLogging
{
    /// <summary>
    /// The kernel's default: what is refused before the command's program is executed is logged, what is refused to the
    /// program is not.
    /// </summary>
    None = 0,

    /// <summary>
    /// Nothing is logged that is refused before the command's program is executed. ABI 7, Linux 6.15.
    /// </summary>
    SameExecutionOff = 1,

    /// <summary>
    /// What is refused to the command's program is logged; a hostile one can flood the log. ABI 7, Linux 6.15.
    /// </summary>
    NewExecutionOn = 2,

    /// <summary>Nothing is logged of Landlock policies that the command makes for itself. ABI 7, Linux 6.15.</summary>
    SubdomainsOff = 4,

    /// <summary>All of them.</summary>
    All = SameExecutionOff | NewExecutionOn | SubdomainsOff,
}
