namespace Isolation;

/// <summary>What a user sees of other users' processes in a <see cref="ProcMount"/> (<c>hidepid</c>).</summary>
public enum ProcessVisibility
{
    /// <summary>Everything (<c>hidepid=0</c>).</summary>
    All,

    /// <summary>That they exist, not what they do (<c>hidepid=1</c>).</summary>
    NoDetails,

    /// <summary>Nothing (<c>hidepid=2</c>).</summary>
    Invisible,

    /// <summary>Only processes that may be traced (<c>hidepid=4</c>, Linux 5.8).</summary>
    Traceable,
}
