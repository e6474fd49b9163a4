namespace Isolation.Linux.Streams;

/// <summary>How a file of the host becomes standard input.</summary>
internal enum InputFileWay
{
    /// <summary>The descriptor is that of the file.</summary>
    Passed,

    /// <summary>The descriptor is that of a copy, which nobody can change.</summary>
    Copied,

    /// <summary>The descriptor is that of the file, and the host copies it to a pipe.</summary>
    Pumped,
}
