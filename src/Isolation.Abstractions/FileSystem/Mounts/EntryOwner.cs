namespace Isolation;

/// <summary>Who owns a file or directory that is made for the sandbox.</summary>
public enum EntryOwner
{
    /// <summary>The sandbox's root, or the one mapped id where there is only one.</summary>
    Root,

    /// <summary>The user of the specification.</summary>
    User,
}
