using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Events;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.State;

namespace Isolation.Linux.Sandboxes;

/// <summary>Finds detached sandboxes, and removes what is left of those that have ended.</summary>
internal static class DetachedSandboxes
{
    /// <summary>Attaches to a sandbox.</summary>
    internal static async Task<LinuxSandbox> AttachAsync(
        StateDirectory states, string id, DeadlineQueue deadlines, CancellationToken cancellationToken)
    {
        SandboxDirectory directory = states.TryTake(id) ?? throw new SandboxException(
            "attach to the sandbox", id, 0, nameof(Errno.EBUSY), "another application is attached to it",
            "Dispose of the sandbox there, or end that application.");
        SandboxState state;
        int pidfd;
        try
        {
            state = ReadState(directory);
            pidfd = state.Init.Open() ?? throw Ended(id);
        }
        catch (SandboxException exception) when (exception.ErrorName == nameof(Errno.ESRCH))
        {
            using (directory)
            {
                Remove(directory);
            }

            throw;
        }
        catch
        {
            directory.Dispose();
            throw;
        }

        return await LinuxSandbox.AttachAsync(directory, state, pidfd, deadlines, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Lists the running sandboxes, and removes the remains of others.</summary>
    internal static ImmutableArray<DetachedSandbox> List(StateDirectory states)
    {
        ImmutableArray<DetachedSandbox>.Builder found = ImmutableArray.CreateBuilder<DetachedSandbox>();
        foreach (string id in states.Ids())
        {
            if (Find(states, id) is { } sandbox)
            {
                found.Add(sandbox);
            }
        }

        StaleCgroupCleaner.SweepDetached(states.Mark, states.Contains);
        found.Sort(static (first, second) => first.CreatedAt.CompareTo(second.CreatedAt));
        return found.ToImmutable();
    }

    private static DetachedSandbox? Find(StateDirectory states, string id)
    {
        SandboxDirectory? directory;
        try
        {
            directory = states.TryTake(id);
        }
        catch (SandboxException exception) when (exception.ErrorName == nameof(Errno.ENOENT))
        {
            // It was removed meanwhile.
            return null;
        }

        if (directory is null)
        {
            // While another application is attached, only the state file is certain not to change.
            return DetachedRecord.PeekState(states, id) is { } attached && !attached.Init.HasEnded
                ? Describe(attached, isAttached: true)
                : null;
        }

        using (directory)
        {
            SandboxState? state = DetachedRecord.ReadState(directory);
            if (state is null || state.Init.HasEnded)
            {
                Remove(directory);
                return null;
            }

            return Describe(state, isAttached: false);
        }
    }

    private static DetachedSandbox Describe(SandboxState state, bool isAttached) => new()
    {
        Id = state.Id,
        Name = state.Name,
        ProcessId = state.Init.ProcessId,
        CreatedAt = state.CreatedAt,
        IsAttached = isAttached,
    };

    /// <summary>Reads the state of a sandbox, which must be one that this process can attach to.</summary>
    private static SandboxState ReadState(SandboxDirectory directory)
    {
        SandboxState state = DetachedRecord.ReadState(directory) ?? throw Ended(directory.Id);
        string? fault = state.Id != directory.Id ? $"it is of the sandbox {state.Id}"
            : state.UserId != Kernel.geteuid() ? $"it is of user {state.UserId}"
            : state.Protocol != InitMessage.Version
                ? $"the sandbox speaks version {state.Protocol} of the protocol, and this library speaks "
                    + $"{InitMessage.Version}"
            : state.Init.HasEnded ? null
            : !state.Init.IsVisible ? "the sandbox is in another PID namespace"
            : null;
        return fault is null
            ? state
            : throw new SandboxException(
                "attach to the sandbox", directory.Id, 0, nameof(Errno.EINVAL),
                $"its state file does not fit: {fault}",
                "Attach from an application of the same user and library version, in the same PID namespace.");
    }

    private static SandboxException Ended(string id) => new(
        "attach to the sandbox", id, 0, nameof(Errno.ESRCH), "the sandbox has ended", null);

    /// <summary>Removes what is left of a sandbox that has ended.</summary>
    private static void Remove(SandboxDirectory directory)
    {
        if (DetachedRecord.ReadCgroups(directory) is { } cgroups)
        {
            foreach (CgroupState hierarchy in cgroups.Hierarchies)
            {
                StaleCgroupCleaner.Remove($"{hierarchy.Parent}/{cgroups.Name}");
            }
        }

        directory.Remove();
    }
}
