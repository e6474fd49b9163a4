namespace Isolation;

/// <summary>
/// Specifies what a user can see of other users' processes in a <see cref="ProcMount"/> (<c>hidepid</c>).
/// </summary>
public enum ProcessVisibility
{
    /// <summary>Everything (<c>hidepid=0</c>).</summary>
    All,

    /// <summary>The existence of the processes, but no details (<c>hidepid=1</c>).</summary>
    NoDetails,

    /// <summary>Nothing (<c>hidepid=2</c>).</summary>
    Invisible,

    /// <summary>Only processes that the user may trace (<c>hidepid=4</c>, Linux 5.8).</summary>
    Traceable,
}
