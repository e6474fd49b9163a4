namespace Isolation;

/// <summary>Specifies the content of a <see cref="ProcMount"/>.</summary>
public enum ProcContent
{
    /// <summary>The process directories and the files that describe the system.</summary>
    Everything,

    /// <summary>Only the process directories (<c>subset=pid</c>).</summary>
    ProcessesOnly,
}
