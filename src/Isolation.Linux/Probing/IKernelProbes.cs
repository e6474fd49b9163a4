using Isolation.Linux.Host;

namespace Isolation.Linux.Probing;

/// <summary>
/// Tries operations whose availability cannot be read from files. A short-lived child process performs each operation.
/// Methods return 0, or the error number of the refusal, unless noted otherwise.
/// </summary>
internal interface IKernelProbes
{
    /// <summary>Creates a namespace and uses the rights in it.</summary>
    int TryNamespaces(Namespaces kinds);

    /// <summary>Creates a namespace and uses the rights in it, and names the call that is refused.</summary>
    int TryNamespaces(Namespaces kinds, out string? call)
    {
        call = null;
        return TryNamespaces(kinds);
    }

    /// <summary>Mounts a procfs for a new PID namespace.</summary>
    int TryProc(bool inUserNamespace, ProcContent content);

    /// <summary>Mounts a procfs for a new PID namespace, and names the call that is refused.</summary>
    int TryProc(bool inUserNamespace, ProcContent content, out string? call)
    {
        call = null;
        return TryProc(inUserNamespace, content);
    }

    /// <summary>Mounts an overlay of two directories in memory.</summary>
    int TryOverlay(bool inUserNamespace);

    /// <summary>Makes a copy of all mounts read-only.</summary>
    int TryRecursiveReadOnly(bool inUserNamespace);

    /// <summary>Maps the owners of a directory of the host.</summary>
    int TryMappedMount(string path);

    /// <summary>Gets the Landlock support; nothing is restricted.</summary>
    LandlockSupport FindLandlock();

    /// <summary>Executes the init image; <paramref name="refusal"/> is null if the image ran from memory.</summary>
    bool TryMemoryFile(out string? refusal);
}
