using System.Collections.Immutable;
using System.Globalization;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>How the kernel is asked to tell of each kind.</summary>
internal sealed partial class CgroupWatch
{
    /// <summary>
    /// Begins to watch. The sandbox must have got a group that can be frozen before, where the host has any.
    /// </summary>
    /// <exception cref="SandboxException">Something that was asked for by name cannot be told.</exception>
    internal static CgroupWatch Open(SandboxCgroups groups, SandboxWatch wanted)
    {
        ImmutableArray<PressureThreshold> thresholds = wanted.Pressure.IsDefault ? [] : wanted.Pressure;
        CgroupWatch watch = new(groups, thresholds);
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
                bool isNamed = wanted.Kinds is { } named
                    ? (named & kinds) != 0
                    : kinds == SandboxEventKinds.Pressure && thresholds.Length > 0;
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

    private void WatchKills()
    {
        string directory = Require("memory", "of memory that has run out", out CgroupVersion version);
        if (version == CgroupVersion.V2)
        {
            _signal.AddFile($"{directory}/memory.events");
        }
        else
        {
            _signal.AddCounter(directory, "memory.oom_control", OnKillAnnounced);
        }
    }

    private void WatchSlowing()
    {
        string directory = Require("memory", "of memory above MemoryHigh", out CgroupVersion version);
        if (version == CgroupVersion.V1)
        {
            throw Cannot(
                "of memory above MemoryHigh",
                "The controller memory belongs to v1 on this host, which has nothing like it",
                "Boot with systemd.unified_cgroup_hierarchy=1, or leave it out.");
        }

        _signal.AddFile($"{directory}/memory.events");
    }

    private void WatchProcesses()
    {
        string directory = Require("pids", "of refused processes", out CgroupVersion version);
        bool isNew = Environment.OSVersion.Version >= QuietLegacyProcesses;
        if (version == CgroupVersion.V1 && isNew)
        {
            throw Cannot(
                "of refused processes",
                "The controller pids belongs to v1 on this host, and since Linux 6.11 the kernel tells nobody there",
                "Read SandboxUsage.RefusedProcesses, or boot with systemd.unified_cgroup_hierarchy=1.");
        }

        _signal.AddFile($"{directory}/pids.events");
        if (!isNew)
        {
            // Older kernels tell the group of the process that was refused.
            _groups.RunMade += AddRun;
            foreach (CgroupSet run in _groups.Ledger.Present)
            {
                AddRun(run);
            }
        }
    }

    private void AddRun(CgroupSet run)
    {
        try
        {
            lock (_runs)
            {
                foreach (CgroupSet gone in _runs.Keys.Except(_groups.Ledger.Present).ToArray())
                {
                    _runs[gone].Dispose();
                    _runs.Remove(gone);
                }

                if (run.Find("pids", out _) is { } directory && !_runs.ContainsKey(run))
                {
                    _runs.Add(run, _signal.AddFile($"{directory}/pids.events"));
                }
            }
        }
        catch (Exception exception) when (exception is SandboxException or ObjectDisposedException)
        {
            // The command has ended, or nobody watches any more. It must not fail on account of those who watch.
        }
    }

    private void WatchFreezing()
    {
        if (_groups.Groups.FindFreezer(out CgroupVersion version) is not { } directory)
        {
            throw Cannot(
                "of freezing", "The sandbox has no group that can be frozen",
                "Give the host a group of v2 that it may write to, or run it as root.");
        }

        if (version == CgroupVersion.V1)
        {
            _groups.FrozenChanged += _signal.Raise;
        }
        else
        {
            _signal.AddFile($"{directory}/cgroup.events", callback: OnGroupChange);
        }
    }

    private void WatchMembers() =>
        _signal.AddFile($"{RequireUnified("of the last process's end")}/cgroup.events", callback: OnGroupChange);

    private void WatchPressure()
    {
        if (_thresholds.Length == 0)
        {
            return;
        }

        string directory = RequireUnified("of pressure");
        for (int i = 0; i < _thresholds.Length; i++)
        {
            int index = i;
            PressureThreshold threshold = _thresholds[i];
            string file = threshold.Resource switch { PressureResource.Cpu => "cpu",
                PressureResource.Memory => "memory", _ => "io" };
            string order = string.Create(
                CultureInfo.InvariantCulture,
                $"{(threshold.AreAllStalled ? "full" : "some")} {(long)threshold.Stalled.TotalMicroseconds} "
                    + $"{(long)threshold.Window.TotalMicroseconds}");
            _signal.AddFile($"{directory}/{file}.pressure", order, () =>
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
            what, $"The sandbox has no group with the controller {controller}",
            $"Give the host a group with {controller} that it may write to, or run it as root.");

    private string RequireUnified(string what) => _groups.Groups.FindFreezer(out CgroupVersion version) is { } directory
        && version == CgroupVersion.V2
        ? directory
        : throw Cannot(
            what, "Only v2 tells it, and the host has no group of v2 that it may write to",
            "mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified, and run the host as root or give it a group there.");

    private static SandboxException Cannot(string what, string reason, string remedy) =>
        new($"be told {what}", null, Errno.ENOTSUP, nameof(Errno.ENOTSUP), reason, remedy);
}
