namespace Isolation.Linux.Running.Files;

/// <summary>Kinds of <see cref="PutEntry"/>.</summary>
internal enum PutKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A directory, which what follows is in.</summary>
    Directory,

    /// <summary>The end of the directory that was begun last.</summary>
    EndOfDirectory,
}
