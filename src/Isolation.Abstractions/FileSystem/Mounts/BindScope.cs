namespace Isolation;

/// <summary>Specifies which part of the source a bind mount includes.</summary>
public enum BindScope
{
    /// <summary>The source and all mounts below it.</summary>
    Recursive,

    /// <summary>
    /// Only the source's own file system. Not available to an unprivileged user if there are mounts below the source.
    /// </summary>
    TopOnly,
}
