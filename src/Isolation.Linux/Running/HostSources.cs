using System.Collections.Immutable;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Setup;

namespace Isolation.Linux.Running;

/// <summary>What the host opened for one sandbox. Closed when init has it.</summary>
internal sealed class HostSources : IDisposable
{
    private readonly int[] _descriptors;
    private int _count;

    private HostSources(int capacity) => _descriptors = capacity == 0 ? [] : new int[capacity];

    internal ReadOnlySpan<int> Descriptors => _descriptors.AsSpan(0, _count);

    internal static HostSources Open(ImmutableArray<HostSource> sources, int processId)
    {
        HostSources opened = new(sources.Length);
        try
        {
            foreach (HostSource source in sources)
            {
                opened._descriptors[opened._count] = Open(source, processId);
                opened._count++;
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

    private static int Open(HostSource source, int processId)
    {
        const int Clone = Kernel.OpenTreeClone | Kernel.OpenTreeCloexec;
        return source.Kind switch
        {
            HostSourceKind.MountTree => Tree(source.Path, Clone | Kernel.AtRecursive),
            HostSourceKind.Mount => Tree(source.Path, Clone),
            HostSourceKind.MappedTree => MappedTree(source.Path, processId),
            HostSourceKind.Content => MemoryFile.Create(source.Path, source.Content.Span),
            _ => (int)Errors.Check(Kernel.openat(Kernel.AtFdcwd, source.Path, Kernel.ORdonly | Kernel.OCloexec), "open", source.Path, StepKind.OpenOfHost),
        };
    }

    private static int Tree(string path, int flags) => (int)Errors.Check(Kernel.open_tree(Kernel.AtFdcwd, path, flags), "open", path, StepKind.OpenOfHost);

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

        Errors.Check(result, "map the owners of", path, StepKind.MapOwners);
        return tree;
    }
}
