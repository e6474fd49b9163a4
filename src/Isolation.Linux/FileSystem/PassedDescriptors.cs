using System.Collections.Immutable;
using Isolation.Linux.Errors;
using Isolation.Linux.Files;
using Isolation.Linux.Interop;
using Isolation.Linux.Plans;
using Isolation.Linux.State;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>
/// Represents the descriptors that the application opened for one sandbox. Closed after init has them.
/// </summary>
internal sealed class PassedDescriptors : IDisposable
{
    private readonly int[] _descriptors;
    private readonly SandboxDirectory? _state;
    private int _count;
    private int _userNamespace = -1;

    private PassedDescriptors(int capacity, SandboxDirectory? state)
    {
        _descriptors = capacity == 0 ? [] : new int[capacity];
        _state = state;
    }

    internal ReadOnlySpan<int> Descriptors => _descriptors.AsSpan(0, _count);

    /// <param name="sources">The sources.</param>
    /// <param name="processId">The process id of init.</param>
    /// <param name="state">The state directory of a detached sandbox; null for any other.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    internal static async ValueTask<PassedDescriptors> OpenAsync(
        ImmutableArray<HostSource> sources, int processId, SandboxDirectory? state, CancellationToken cancellationToken)
    {
        PassedDescriptors opened = new(sources.Length, state);
        try
        {
            foreach (HostSource source in sources)
            {
                opened._descriptors[opened._count] = source.Overlay is { } overlay
                    ? await opened.OpenOverlayAsync(overlay, processId, cancellationToken).ConfigureAwait(false)
                    : opened.Open(source, processId);
                opened._count++;
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
        finally
        {
            opened.CloseUserNamespace();
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

    private int Open(HostSource source, int processId)
    {
        const int Clone = Kernel.OpenTreeClone | Kernel.OpenTreeCloexec;
        return source.Kind switch
        {
            HostSourceKind.MountTree => Tree(source.Path, Clone | Kernel.AtRecursive),
            HostSourceKind.Mount => Tree(source.Path, Clone),
            HostSourceKind.MappedTree => MappedTree(source.Path, Kernel.AtRecursive, processId),
            HostSourceKind.MappedMount => MappedTree(source.Path, 0, processId),
            HostSourceKind.Listener => _state!.CreateListener(),
            HostSourceKind.ExitTable => (int)SandboxErrors.Check(
                Kernel.openat(Kernel.AtFdcwd, _state!.TablePath, Kernel.ORdwr | Kernel.OCloexec), "open",
                _state.TablePath),
            HostSourceKind.Content => MemoryFile.Create(source.Path, source.Content.Span),
            _ =>
                (int)SandboxErrors.Check(
                    Kernel.openat(Kernel.AtFdcwd, source.Path, Kernel.ORdonly | Kernel.OCloexec), "open", source.Path,
                    StepKind.OpenOfHost),
        };
    }

    private static int Tree(string path, int flags) =>
        (int)SandboxErrors.Check(Kernel.open_tree(Kernel.AtFdcwd, path, flags), "open", path, StepKind.OpenOfHost);

    private int MappedTree(string path, int flags, int processId)
    {
        int tree = Tree(path, Kernel.OpenTreeClone | Kernel.OpenTreeCloexec | flags);
        long result = OpenUserNamespace(processId);
        if (result >= 0)
        {
            result = Kernel.mount_setattr(
                tree, flags, new MountAttributes { Set = Kernel.MountAttrIdmap, UserNamespace = _userNamespace });
        }

        if (result < 0)
        {
            Kernel.close(tree);
        }

        SandboxErrors.Check(result, "map the owners of", path, StepKind.MapOwners);
        return tree;
    }

    private ValueTask<int> OpenOverlayAsync(HostOverlay overlay, int processId, CancellationToken cancellationToken)
    {
        if (overlay.MapsOwners)
        {
            SandboxErrors.Check(
                OpenUserNamespace(processId), "map the owners of", overlay.Root.Layers[0], StepKind.MapOwners);
        }

        return OverlayMounter.OpenAsync(overlay, _userNamespace, cancellationToken);
    }

    /// <summary>Opens the user namespace, once for all directories of a sandbox.</summary>
    private long OpenUserNamespace(int processId)
    {
        if (_userNamespace >= 0)
        {
            return _userNamespace;
        }

        long opened = Kernel.openat(Kernel.AtFdcwd, $"/proc/{processId}/ns/user", Kernel.ORdonly | Kernel.OCloexec);
        _userNamespace = opened >= 0 ? (int)opened : -1;
        return opened;
    }

    private void CloseUserNamespace()
    {
        if (_userNamespace >= 0)
        {
            Kernel.close(_userNamespace);
            _userNamespace = -1;
        }
    }
}
