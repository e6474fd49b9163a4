namespace Isolation;

/// <summary>How much of the source a bind mount shows.</summary>
public enum BindScope
{
    /// <summary>The source with all that is mounted below it.</summary>
    Recursive,

    /// <summary>
    /// The source's own file system only. An ordinary user can't ask for it where something is mounted below.
    /// </summary>
    TopOnly,
}
