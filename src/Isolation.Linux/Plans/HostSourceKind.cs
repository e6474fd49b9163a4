namespace Isolation.Linux.Plans;

/// <summary>How the host opens what it passes to init.</summary>
internal enum HostSourceKind
{
    /// <summary>A clone of the mounts at a path, with all below.</summary>
    MountTree,

    /// <summary>A clone of the mount at a path alone.</summary>
    Mount,

    /// <summary>As <see cref="MountTree"/>, with owners mapped by the sandbox's user namespace.</summary>
    MappedTree,

    /// <summary>As <see cref="Mount"/>, with owners mapped by the sandbox's user namespace.</summary>
    MappedMount,

    /// <summary>Directories laid over each other.</summary>
    Overlay,

    /// <summary>A memory file with given content.</summary>
    Content,

    /// <summary>A file that stands for a namespace.</summary>
    Namespace,
}
