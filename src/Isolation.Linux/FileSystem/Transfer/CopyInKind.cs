namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Kinds of <see cref="CopyInEntry"/>.</summary>
internal enum CopyInKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A directory, which what follows is in.</summary>
    Directory,

    /// <summary>The end of the directory that was begun last.</summary>
    EndOfDirectory,
}
