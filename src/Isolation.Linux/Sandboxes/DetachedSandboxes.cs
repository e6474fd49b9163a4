using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Commands;
using Isolation.Linux.Events;
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
        SandboxDirectory directory = Take(states, id, "attach to the sandbox");
        SandboxState state;
        int pidfd;
        try
        {
            state = DetachedRecord.ReadState(directory) ?? throw Ended(id);
            if (FindFault(state, id) is { } fault)
            {
                throw new SandboxException(
                    "attach to the sandbox", id, 0, nameof(Errno.EINVAL), fault,
                    "Attach from an application of the same user and library version, in the same PID namespace.");
            }

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

        try
        {
            return await LinuxSandbox.AttachAsync(directory, state, pidfd, deadlines, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SandboxException) when (state.Init.HasEnded)
        {
            // It ended meanwhile: its application was killed before the sandbox was complete, or somebody killed init.
            using SandboxDirectory? left = states.Contains(id) ? states.TryTake(id) : null;
            if (left is not null)
            {
                Remove(left);
            }

            throw Ended(id);
        }
    }

    /// <summary>Ends a sandbox from outside, without its first process.</summary>
    internal static async Task StopAsync(StateDirectory states, string id)
    {
        using SandboxDirectory directory = Take(states, id, "stop the sandbox");
        ProcessIdentity? init = DetachedRecord.FindInit(directory);
        if (init is { HasEnded: false, IsVisible: false })
        {
            throw new SandboxException(
                "stop the sandbox", id, 0, nameof(Errno.ESRCH), "it is in another PID namespace",
                "Stop it from an application in the same PID namespace.");
        }

        if (init?.Open() is { } pidfd)
        {
            await EndAsync(init.ProcessId, pidfd, directory).ConfigureAwait(false);
        }
        else if (init is null && DetachedRecord.HasState(directory))
        {
            throw new SandboxException(
                "stop the sandbox", id, 0, nameof(Errno.EINVAL),
                $"its state file in {directory.Path} is damaged and does not name its first process",
                "Kill the process isolation-init with the name of the sandbox, and remove the directory.");
        }

        Remove(directory);
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

        StaleCgroupCleaner.SweepDetached(states.Mark, id => !StateDirectory.IsId(id) || states.Contains(id));
        found.Sort(static (first, second) => first.CreatedAt.CompareTo(second.CreatedAt));
        return found.ToImmutable();
    }

    private static SandboxDirectory Take(StateDirectory states, string id, string action) =>
        states.TryTake(id) ?? throw new SandboxException(
            action, id, 0, nameof(Errno.EBUSY), "another application is attached to it",
            "Dispose of the sandbox there, or end that application.");

    private static DetachedSandbox? Find(StateDirectory states, string id)
    {
        SandboxDirectory? ended;
        using (states.Enter())
        {
            // Meanwhile, nobody tries to attach, who would find the sandbox attached to this process.
            if (!states.Contains(id))
            {
                states.RemoveIfEmpty(id);
                return null;
            }

            ended = states.TryTakeEntered(id);
            if (ended is null)
            {
                // While another application is attached, only the state file is certain not to change.
                return DetachedRecord.PeekState(states, id) is { Init.HasEnded: false } attached
                    ? Describe(attached, isAttached: true)
                    : null;
            }

            bool hasEnded = false;
            try
            {
                DetachedSandbox? found = DescribeUnattached(ended);
                hasEnded = found is null;
                if (found is not null)
                {
                    return found;
                }
            }
            finally
            {
                if (!hasEnded)
                {
                    ended.Dispose();
                }
            }
        }

        using (ended)
        {
            Remove(ended);
            return null;
        }
    }

    /// <summary>Describes a sandbox that belongs to this process; null if it has ended.</summary>
    private static DetachedSandbox? DescribeUnattached(SandboxDirectory directory)
    {
        try
        {
            return DetachedRecord.ReadState(directory) is { Init.HasEnded: false } state
                ? Describe(state, isAttached: false) with { Problem = FindFault(state, directory.Id) }
                : null;
        }
        catch (SandboxException exception)
        {
            ProcessIdentity? init = DetachedRecord.FindInit(directory);
            return init is { HasEnded: true } ? null : new DetachedSandbox
            {
                Id = directory.Id,
                ProcessId = init?.ProcessId ?? 0,
                CreatedAt = new DateTimeOffset(Directory.GetCreationTimeUtc(directory.Path)),
                IsAttached = false,
                Problem = exception.Message,
            };
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

    /// <summary>Finds the reason why this process cannot attach; null if there is none.</summary>
    private static string? FindFault(SandboxState state, string id)
    {
        string? fault = state.Id != id ? $"it is of the sandbox {state.Id}"
            : state.UserId != Kernel.geteuid() ? $"it is of user {state.UserId}"
            : state.Init is { HasEnded: false, IsVisible: false } ? "the sandbox is in another PID namespace"
            : null;
        return fault is null ? null : $"its state file does not fit: {fault}";
    }

    private static SandboxException Ended(string id) => new(
        "attach to the sandbox", id, 0, nameof(Errno.ESRCH), "the sandbox has ended", null);

    /// <summary>Kills init, everything that descends from it, and everything in the sandbox's cgroups.</summary>
    private static async Task EndAsync(int processId, int pidfd, SandboxDirectory directory)
    {
        try
        {
            // Frozen processes cannot end, and init cannot end before those in its PID namespace.
            RemoveCgroups(directory);
            for (int round = 0; ProcessTree.KillDescendants(processId); round++)
            {
                // Init waits for those that were killed, and may have been stopped.
                Kernel.pidfd_send_signal(pidfd, (int)UnixSignal.SIGCONT);
                await Task.Delay(Math.Min(1 + round, 50)).ConfigureAwait(false);
            }

            Kernel.pidfd_send_signal(pidfd, (int)UnixSignal.SIGKILL);
            await ExitWaiter.WaitAsync(pidfd).ConfigureAwait(false);
        }
        finally
        {
            Kernel.close(pidfd);
        }
    }

    /// <summary>Removes what is left of a sandbox that has ended.</summary>
    private static void Remove(SandboxDirectory directory)
    {
        RemoveCgroups(directory);
        directory.Remove();
    }

    private static void RemoveCgroups(SandboxDirectory directory)
    {
        if (DetachedRecord.TryReadCgroups(directory) is { } cgroups)
        {
            foreach (CgroupState hierarchy in cgroups.Hierarchies)
            {
                StaleCgroupCleaner.Remove($"{hierarchy.Parent}/{cgroups.Name}");
            }
        }
    }
}
