using System.Collections.Immutable;
using Isolation.Linux.Cgroups;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Running;

/// <summary>The sandbox's control groups.</summary>
internal sealed partial class LinuxSandbox
{
    /// <summary>Null where the specification has no limits, or the host has no groups and none was required.</summary>
    private readonly SandboxGroups? _groups;

    /// <summary>The limits that were only preferred, and that were found out not to be had when the groups were made.</summary>
    private readonly ImmutableArray<NotApplied> _limitsNotApplied;

    public SandboxUsage ReadUsage()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
        }

        return _groups?.ReadUsage() ?? ProcessTree.ReadUsage(ProcessId);
    }

    /// <summary>The groups that a command is to join, null for none, and the descriptors that it joins by.</summary>
    private RunGroup? PrepareGroup(CommandOptions options, List<int> entries)
    {
        RunGroup? group = options.HasFlag(CommandOptions.ExitWithCommand) ? _groups?.OnlyRun() : _groups?.CreateRun();
        try
        {
            group?.OpenEntries(entries);
            return group;
        }
        catch
        {
            CloseAll(entries);
            group?.Remove();
            throw;
        }
    }

    private static void CloseAll(List<int> descriptors)
    {
        foreach (int descriptor in descriptors)
        {
            Kernel.close(descriptor);
        }
    }
}
