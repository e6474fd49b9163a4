using Isolation.Linux.Landlock;

namespace Isolation.Linux.Probing;

/// <summary>
/// What no file says: whether the kernel does a thing when it is asked to. A child that ends at once tries it. Each
/// returns 0, or the error number of the refusal.
/// </summary>
internal interface IKernelProbes
{
    /// <summary>Makes a namespace and uses the rights in it.</summary>
    int TryNamespaces(Namespaces kinds);

    /// <summary>Makes a process file system for a new PID namespace.</summary>
    int TryProc(bool inUserNamespace, ProcContent content);

    /// <summary>Lays two directories in memory over each other.</summary>
    int TryOverlay(bool inUserNamespace);

    /// <summary>Makes a copy of all mounts read-only.</summary>
    int TryRecursiveReadOnly(bool inUserNamespace);

    /// <summary>Maps the owners of a directory of the host.</summary>
    int TryMappedMount(string path);

    /// <summary>Asks for the level of Landlock; nothing is restricted.</summary>
    LandlockSupport FindLandlock();

    /// <summary>Executes the init image. Null <paramref name="refusal"/>: it ran from memory.</summary>
    bool TryMemoryFile(out string? refusal);
}
