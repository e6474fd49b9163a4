namespace Isolation.Linux.Plans;

/// <summary>Specifies how the application opens a source that it passes to init.</summary>
internal enum HostSourceKind
{
    /// <summary>A clone of the mounts at and below a path.</summary>
    MountTree,

    /// <summary>A clone of the mount at a path, without the mounts below it.</summary>
    Mount,

    /// <summary>Like <see cref="MountTree"/>, with owners mapped by the sandbox's user namespace.</summary>
    MappedTree,

    /// <summary>Like <see cref="Mount"/>, with owners mapped by the sandbox's user namespace.</summary>
    MappedMount,

    /// <summary>An overlay of directories.</summary>
    Overlay,

    /// <summary>A memory file with the specified content.</summary>
    Content,

    /// <summary>The socket on which the init of a detached sandbox listens.</summary>
    Listener,

    /// <summary>The file in which the init of a detached sandbox records the ends of commands.</summary>
    ExitTable,

    /// <summary>A file that represents a namespace.</summary>
    Namespace,
}
