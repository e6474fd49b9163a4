using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Isolation.Linux.Cgroups.Groups;

namespace Isolation.Linux.Parts;

/// <summary>Represents everything on the host that the parts of one sandbox have prepared for it.</summary>
internal sealed class SandboxPreparation
{
    private readonly Stack<Func<Task>> _removals = new();
    private readonly Lazy<Task> _removal;

    /// <param name="id">The id of the sandbox.</param>
    /// <param name="record">The recorded state of a detached sandbox; null for any other.</param>
    /// <param name="isForOneRun">Whether the sandbox ends with its only command.</param>
    internal SandboxPreparation(string id, ISandboxRecord? record, bool isForOneRun)
    {
        Id = id;
        Record = record;
        IsForOneRun = isForOneRun;
        _removal = new Lazy<Task>(RemoveOnceAsync);
    }

    internal string Id { get; }

    internal ISandboxRecord? Record { get; }

    internal bool IsForOneRun { get; }

    /// <summary>
    /// Gets the name of the cgroups, which tells their owner; null for a name that tells that it is this process.
    /// </summary>
    internal string? CgroupName { get; init; }

    /// <summary>Gets or sets the process id of init; 0 before the launch.</summary>
    internal int ProcessId { get; set; }

    /// <summary>Gets the cgroups; null without limits, or if the host has none and none is required.</summary>
    internal SandboxCgroups? Cgroups { get; private set; }

    /// <summary>Gets or sets the preferred features that turned out to be unavailable.</summary>
    internal ImmutableArray<NotApplied> NotApplied { get; set; } = [];

    /// <summary>Takes over the cgroups, which are removed with the sandbox.</summary>
    internal void Take(SandboxCgroups? cgroups)
    {
        Cgroups = cgroups;
        if (cgroups is not null)
        {
            OnRemoval(cgroups.RemoveAsync);
        }
    }

    /// <summary>Registers a removal. Removals run in reverse order, after all processes of the sandbox.</summary>
    internal void OnRemoval(Func<Task> removal) => _removals.Push(removal);

    /// <summary>Removes what was prepared, once. A failed removal does not prevent the others.</summary>
    internal Task RemoveAsync() => _removal.Value;

    private async Task RemoveOnceAsync()
    {
        List<Exception> failures = [];
        while (_removals.TryPop(out Func<Task>? removal))
        {
            try
            {
                await removal().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                failures.Add(exception);
            }
        }

        if (failures.Count == 1)
        {
            ExceptionDispatchInfo.Throw(failures[0]);
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }
}
