using System.Collections.Immutable;
using Isolation.Linux.Interop;
using Isolation.Linux.Setup;

namespace Isolation.Linux.Running;

/// <summary>What the host opened for one sandbox. Closed when init has it.</summary>
internal sealed class HostSources : IDisposable
{
    private readonly int[] _descriptors;
    private readonly List<NotApplied> _notApplied = [];
    private int _count;

    private HostSources(int capacity) => _descriptors = capacity == 0 ? [] : new int[capacity];

    internal ReadOnlySpan<int> Descriptors => _descriptors.AsSpan(0, _count);

    /// <summary>What was only preferred and could not be opened.</summary>
    internal IReadOnlyList<NotApplied> NotApplied => _notApplied;

    internal static HostSources Open(ImmutableArray<HostSource> sources, int processId)
    {
        HostSources opened = new(sources.Length);
        try
        {
            foreach (HostSource source in sources)
            {
                opened._descriptors[opened._count++] = opened.OpenAsRequired(source, processId);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (int descriptor in Descriptors)
        {
            Kernel.close(descriptor);
        }

        _count = 0;
    }

    private int OpenAsRequired(HostSource source, int processId)
    {
        try
        {
            return Open(source, processId);
        }
        catch (SandboxException exception) when (source.Requirement == Requirement.Prefer)
        {
            // Init gets something that its steps refuse, and leaves the entry out.
            _notApplied.Add(new NotApplied(exception.Stage, $"{exception.ErrorName} ({ErrnoText.Text(exception.ErrorNumber)})", exception.Remedy));
            return (int)Errors.Check(Kernel.fcntl(NullDevice.Descriptor, Kernel.FDupfdCloexec, 0), "open", "/dev/null");
        }
    }

    private static int Open(HostSource source, int processId)
    {
        const int Clone = Kernel.OpenTreeClone | Kernel.OpenTreeCloexec;
        return source.Kind switch
        {
            HostSourceKind.MountTree => Tree(source.Path, Clone | Kernel.AtRecursive),
            HostSourceKind.Mount => Tree(source.Path, Clone),
            HostSourceKind.MappedTree => MappedTree(source.Path, processId),
            HostSourceKind.Content => MemoryFile.Create(source.Path, source.Content.Span),
            _ => (int)Errors.Check(Kernel.openat(Kernel.AtFdcwd, source.Path, Kernel.ORdonly | Kernel.OCloexec), "open", source.Path),
        };
    }

    private static int Tree(string path, int flags) => (int)Errors.Check(Kernel.open_tree(Kernel.AtFdcwd, path, flags), "open", path);

    private static int MappedTree(string path, int processId)
    {
        int tree = Tree(path, Kernel.OpenTreeClone | Kernel.OpenTreeCloexec | Kernel.AtRecursive);
        long userNamespace = Kernel.openat(Kernel.AtFdcwd, $"/proc/{processId}/ns/user", Kernel.ORdonly | Kernel.OCloexec);
        long result = userNamespace;
        if (userNamespace >= 0)
        {
            result = Kernel.mount_setattr(
                tree, Kernel.AtRecursive, new MountAttributes { Set = Kernel.MountAttrIdmap, UserNamespace = userNamespace });
            Kernel.close((int)userNamespace);
        }

        if (result < 0)
        {
            Kernel.close(tree);
        }

        Errors.Check(result, "map the owners of", path);
        return tree;
    }
}
