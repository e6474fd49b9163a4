namespace Isolation;

/// <summary>Whether a payload may write to a mount.</summary>
public enum MountAccess
{
    /// <summary>Nothing can be written, nor through any mount below it.</summary>
    ReadOnly,

    /// <summary>Can be written where file permissions allow it.</summary>
    ReadWrite,
}
