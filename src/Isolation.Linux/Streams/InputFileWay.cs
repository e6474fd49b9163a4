namespace Isolation.Linux.Streams;

/// <summary>Specifies how a file of the host becomes standard input.</summary>
internal enum InputFileWay
{
    /// <summary>The descriptor refers to the file.</summary>
    Passed,

    /// <summary>The descriptor refers to an immutable copy.</summary>
    Copied,

    /// <summary>The descriptor refers to the file, and the application copies the file to a pipe.</summary>
    Pumped,
}
