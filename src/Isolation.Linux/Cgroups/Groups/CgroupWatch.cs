using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>
/// Reports the events of a sandbox. The kernel only signals that something has changed; the events are the difference
/// between the current content of the cgroup's files and the last report.
/// </summary>
internal sealed partial class CgroupWatch : IDisposable
{
    /// <summary>The number of checks for a kill announced by v1, the last after half a second.</summary>
    private const int LooksForKill = 10;

    private const SandboxEventKinds Stillness = SandboxEventKinds.Frozen | SandboxEventKinds.Thawed;

    /// <summary>
    /// The first kernel in which v1 counts refused processes without notification and v2 notifies the cgroup that has
    /// the limit.
    /// </summary>
    private static readonly Version QuietLegacyProcesses = new(6, 11);

    private readonly SandboxCgroups _groups;
    private readonly ImmutableArray<PressureThreshold> _thresholds;
    private readonly long[] _pressure;

    /// <summary>The commands that are watched individually, until the next one starts after their end.</summary>
    private readonly Dictionary<CgroupSet, IDisposable> _runs = [];
    private readonly CgroupEventSource _signal = new();
    private readonly Lock _gate = new();
    private SandboxEventKinds _kinds;
    private ImmutableArray<SandboxEvent>? _last;
    private long _kills;
    private int _looksForKill;
    private long _slowed;
    private long _refused;
    private bool _isFrozen;
    private bool _isEmpty;
    private int _groupChanges;
    private int _groupChangesTold;

    private CgroupWatch(SandboxCgroups groups, ImmutableArray<PressureThreshold> thresholds)
    {
        _groups = groups;
        _thresholds = thresholds;
        _pressure = new long[thresholds.Length];
    }

    /// <summary>Reads all events until the sandbox is removed.</summary>
    internal async IAsyncEnumerable<SandboxEvent> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            foreach (SandboxEvent happened in Take())
            {
                yield return happened;
            }
        }
        while (await _signal.WaitAsync(cancellationToken).ConfigureAwait(false));

        foreach (SandboxEvent happened in _last ?? [])
        {
            yield return happened;
        }
    }

    /// <summary>Ends the watch before the sandbox is removed; events up to now are still reported.</summary>
    internal void Finish()
    {
        lock (_gate)
        {
            _last ??= [.. Look()];
        }

        _signal.Dispose();
    }

    public void Dispose()
    {
        _groups.Remove(this);
        _groups.RunMade -= AddRun;
        _groups.FrozenChanged -= _signal.Raise;
        _signal.Dispose();
    }

    private ImmutableArray<SandboxEvent> Take()
    {
        lock (_gate)
        {
            return _last is null ? [.. Look()] : [];
        }
    }

    private IEnumerable<SandboxEvent> Look()
    {
        (long? allKills,
            long? allRefused) = (_kinds & (SandboxEventKinds.OutOfMemory | SandboxEventKinds.ProcessesRefused)) == 0
            ? default
            : _groups.Ledger.ReadFailures(_groups.Groups);
        if (_kinds.HasFlag(SandboxEventKinds.OutOfMemory) && Advance(ref _kills, allKills) is > 0 and var kills)
        {
            Volatile.Write(ref _looksForKill, 0);
            yield return new SandboxEvent(SandboxEventKinds.OutOfMemory, kills);
        }
        else if (_looksForKill > 0)
        {
            _signal.RaiseAfter(TimeSpan.FromMilliseconds(1 << (LooksForKill - _looksForKill)));
            Interlocked.Decrement(ref _looksForKill);
        }

        if (_kinds.HasFlag(SandboxEventKinds.MemoryHigh) && Advance(ref _slowed, ReadSlowed()) is > 0 and var slowed)
        {
            yield return new SandboxEvent(SandboxEventKinds.MemoryHigh, slowed);
        }

        if (_kinds.HasFlag(SandboxEventKinds.ProcessesRefused)
            && Advance(ref _refused, allRefused) is > 0 and var refused)
        {
            yield return new SandboxEvent(SandboxEventKinds.ProcessesRefused, refused);
        }

        for (int i = 0; i < _pressure.Length; i++)
        {
            if (Interlocked.Exchange(ref _pressure[i], 0) is > 0 and var count)
            {
                yield return new SandboxEvent(SandboxEventKinds.Pressure, count, _thresholds[i]);
            }
        }

        foreach (SandboxEvent happened in LookAtGroup())
        {
            yield return happened;
        }
    }

    private IEnumerable<SandboxEvent> LookAtGroup()
    {
        if ((_kinds & (Stillness | SandboxEventKinds.Empty)) == 0
            || _groups.Groups.FindFreezer(out CgroupVersion version) is not { } directory)
        {
            yield break;
        }

        // Read before the files, so that changes during the reads cause another look.
        int changes = Volatile.Read(ref _groupChanges);
        bool isFrozen = SandboxCgroups.ReadFrozen(directory, version) ?? _isFrozen;
        bool hasFrozen = isFrozen != _isFrozen;
        _isFrozen = isFrozen;
        SandboxEventKinds stillness = isFrozen ? SandboxEventKinds.Frozen : SandboxEventKinds.Thawed;
        if (hasFrozen && _kinds.HasFlag(stillness))
        {
            yield return new SandboxEvent(stillness);
        }

        if (!_kinds.HasFlag(SandboxEventKinds.Empty)
            || CgroupFiles.FindNumber(CgroupFiles.Read($"{directory}/cgroup.events"), "populated") is not { } populated)
        {
            yield break;
        }

        // The sandbox may have become non-empty and empty again between two looks.
        bool isNews = !_isEmpty || (changes != _groupChangesTold && !hasFrozen);
        (_isEmpty, _groupChangesTold) = (populated == 0, changes);
        if (_isEmpty && isNews)
        {
            yield return new SandboxEvent(SandboxEventKinds.Empty);
        }
    }

    private static long Advance(ref long told, long? now)
    {
        long before = told;
        told = Math.Max(before, now ?? before);
        return told - before;
    }

    private long? ReadSlowed() => _groups.Groups.Find("memory", out _) is { } directory
        ? CgroupFiles.FindNumber(CgroupFiles.Read($"{directory}/memory.events"), "high")
        : null;
}
