using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups;

/// <summary>
/// Tells what happens to a sandbox. The kernel says only that something has changed; what, is the difference between what
/// its files say then and what was told last.
/// </summary>
internal sealed class GroupWatch : IDisposable
{
    /// <summary>Looks for a kill that v1 has announced, the last after half a second.</summary>
    private const int LooksForKill = 10;

    private const SandboxEventKinds Stillness = SandboxEventKinds.Frozen | SandboxEventKinds.Thawed;

    /// <summary>From here on v1 counts refused processes without telling anybody, and v2 tells the group that has the limit.</summary>
    private static readonly Version QuietLegacyProcesses = new(6, 11);

    private readonly SandboxGroups _groups;
    private readonly ImmutableArray<PressureThreshold> _thresholds;
    private readonly long[] _pressure;
    private readonly GroupSignal _signal = new();
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

    private GroupWatch(SandboxGroups groups, ImmutableArray<PressureThreshold> thresholds)
    {
        _groups = groups;
        _thresholds = thresholds;
        _pressure = new long[thresholds.Length];
    }

    /// <summary>Begins to watch. The sandbox must have got a group that can be frozen before, where the host has any.</summary>
    /// <exception cref="SandboxException">Something that was asked for by name cannot be told.</exception>
    internal static GroupWatch Open(SandboxGroups groups, SandboxWatch wanted)
    {
        ImmutableArray<PressureThreshold> thresholds = wanted.Pressure.IsDefault ? [] : wanted.Pressure;
        GroupWatch watch = new(groups, thresholds);
        try
        {
            (SandboxEventKinds Kinds, Action Begin)[] all =
            [
                (SandboxEventKinds.OutOfMemory, watch.WatchKills),
                (SandboxEventKinds.MemoryHigh, watch.WatchSlowing),
                (SandboxEventKinds.ProcessesRefused, watch.WatchProcesses),
                (Stillness, watch.WatchFreezing),
                (SandboxEventKinds.Empty, watch.WatchMembers),
                (SandboxEventKinds.Pressure, watch.WatchPressure),
            ];
            foreach ((SandboxEventKinds kinds, Action begin) in all)
            {
                bool isNamed = wanted.Kinds is { } named ? (named & kinds) != 0 : kinds == SandboxEventKinds.Pressure && thresholds.Length > 0;
                if (!isNamed && wanted.Kinds is not null)
                {
                    continue;
                }

                try
                {
                    begin();
                    watch._kinds |= kinds & (wanted.Kinds ?? kinds);
                }
                catch (SandboxException) when (!isNamed)
                {
                    // It was not asked for by name.
                }
            }

            groups.Add(watch);
            return watch;
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    /// <summary>All that happens, until the sandbox is removed.</summary>
    internal async IAsyncEnumerable<SandboxEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
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

    /// <summary>The sandbox is about to be removed: what has happened until now is the last that is told.</summary>
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
        (long? allKills, long? allRefused) = (_kinds & (SandboxEventKinds.OutOfMemory | SandboxEventKinds.ProcessesRefused)) == 0 ? default : _groups.Ledger.ReadFailures(_groups.Groups);
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

        if (_kinds.HasFlag(SandboxEventKinds.ProcessesRefused) && Advance(ref _refused, allRefused) is > 0 and var refused)
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
        if ((_kinds & (Stillness | SandboxEventKinds.Empty)) == 0 || _groups.Groups.FindFreezer(out CgroupVersion version) is not { } folder)
        {
            yield break;
        }

        // Before the files: what changes while they are read is looked at once more.
        int changes = Volatile.Read(ref _groupChanges);
        bool isFrozen = SandboxGroups.ReadFrozen(folder, version) ?? _isFrozen;
        bool hasFrozen = isFrozen != _isFrozen;
        _isFrozen = isFrozen;
        SandboxEventKinds stillness = isFrozen ? SandboxEventKinds.Frozen : SandboxEventKinds.Thawed;
        if (hasFrozen && _kinds.HasFlag(stillness))
        {
            yield return new SandboxEvent(stillness);
        }

        if (!_kinds.HasFlag(SandboxEventKinds.Empty) || GroupFiles.FindNumber(GroupFiles.Read($"{folder}/cgroup.events"), "populated") is not { } populated)
        {
            yield break;
        }

        // Something may have come and gone between two looks.
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

    private long? ReadSlowed() => _groups.Groups.Find("memory", out _) is { } folder
        ? GroupFiles.FindNumber(GroupFiles.Read($"{folder}/memory.events"), "high")
        : null;

    private void WatchKills()
    {
        string folder = Require("memory", "of memory that has run out", out CgroupVersion version);
        if (version == CgroupVersion.V2)
        {
            _signal.AddFile($"{folder}/memory.events");
        }
        else
        {
            _signal.AddCounter(folder, "memory.oom_control", OnKillAnnounced);
        }
    }

    private void WatchSlowing()
    {
        string folder = Require("memory", "of memory above MemoryHigh", out CgroupVersion version);
        if (version == CgroupVersion.V1)
        {
            throw Cannot("of memory above MemoryHigh", "The controller memory belongs to v1 on this host, which has nothing like it", "Boot with systemd.unified_cgroup_hierarchy=1, or leave it out.");
        }

        _signal.AddFile($"{folder}/memory.events");
    }

    private void WatchProcesses()
    {
        string folder = Require("pids", "of refused processes", out CgroupVersion version);
        bool isNew = Environment.OSVersion.Version >= QuietLegacyProcesses;
        if (version == CgroupVersion.V1 && isNew)
        {
            throw Cannot(
                "of refused processes", "The controller pids belongs to v1 on this host, and since Linux 6.11 the kernel tells nobody there",
                "Read SandboxUsage.RefusedProcesses, or boot with systemd.unified_cgroup_hierarchy=1.");
        }

        _signal.AddFile($"{folder}/pids.events");
        if (!isNew)
        {
            // Older kernels tell the group of the process that was refused.
            _groups.RunMade += AddRun;
            foreach (GroupSet run in _groups.Ledger.Present)
            {
                AddRun(run);
            }
        }
    }

    private void AddRun(GroupSet run)
    {
        try
        {
            if (run.Find("pids", out _) is { } folder)
            {
                _signal.AddFile($"{folder}/pids.events");
            }
        }
        catch (Exception exception) when (exception is SandboxException or ObjectDisposedException)
        {
            // The command has ended, or nobody watches any more. It must not fail on account of those who watch.
        }
    }

    private void WatchFreezing()
    {
        if (_groups.Groups.FindFreezer(out CgroupVersion version) is not { } folder)
        {
            throw Cannot("of freezing", "The sandbox has no group that can be frozen", "Give the host a group of v2 that it may write to, or run it as root.");
        }

        if (version == CgroupVersion.V1)
        {
            _groups.FrozenChanged += _signal.Raise;
        }
        else
        {
            _signal.AddFile($"{folder}/cgroup.events", callback: OnGroupChange);
        }
    }

    private void WatchMembers() => _signal.AddFile($"{RequireUnified("of the last process's end")}/cgroup.events", callback: OnGroupChange);

    private void WatchPressure()
    {
        if (_thresholds.Length == 0)
        {
            return;
        }

        string folder = RequireUnified("of pressure");
        for (int i = 0; i < _thresholds.Length; i++)
        {
            int index = i;
            PressureThreshold threshold = _thresholds[i];
            string file = threshold.Resource switch { PressureResource.Cpu => "cpu", PressureResource.Memory => "memory", _ => "io" };
            string order = string.Create(
                CultureInfo.InvariantCulture, $"{(threshold.AreAllStalled ? "full" : "some")} {(long)threshold.Stalled.TotalMicroseconds} {(long)threshold.Window.TotalMicroseconds}");
            _signal.AddFile($"{folder}/{file}.pressure", order, () =>
            {
                Interlocked.Increment(ref _pressure[index]);
                _signal.Raise();
            });
        }
    }

    /// <summary>v1 tells it before it kills, and does not tell when it has.</summary>
    private void OnKillAnnounced()
    {
        Volatile.Write(ref _looksForKill, LooksForKill);
        _signal.Raise();
    }

    private void OnGroupChange()
    {
        Interlocked.Increment(ref _groupChanges);
        _signal.Raise();
    }

    private string Require(string controller, string what, out CgroupVersion version) =>
        _groups.Groups.Find(controller, out version) ?? throw Cannot(
            what, $"The sandbox has no group with the controller {controller}", $"Give the host a group with {controller} that it may write to, or run it as root.");

    private string RequireUnified(string what) => _groups.Groups.FindFreezer(out CgroupVersion version) is { } folder && version == CgroupVersion.V2
        ? folder
        : throw Cannot(what, "Only v2 tells it, and the host has no group of v2 that it may write to", "mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified, and run the host as root or give it a group there.");

    private static SandboxException Cannot(string what, string reason, string remedy) =>
        new($"be told {what}", null, Errno.ENOTSUP, nameof(Errno.ENOTSUP), reason, remedy);
}
