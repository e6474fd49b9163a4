namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Specifies the kind of a <see cref="CopyInEntry"/>.</summary>
internal enum CopyInKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A directory that contains the entries that follow.</summary>
    Directory,

    /// <summary>The end of the most recently begun directory.</summary>
    EndOfDirectory,
}
