namespace Isolation;

/// <summary>Specifies the owner of a file or directory that is created for the sandbox.</summary>
public enum EntryOwner
{
    /// <summary>The sandbox's root, or the only mapped id if there is only one.</summary>
    Root,

    /// <summary>The user of the specification.</summary>
    User,
}
