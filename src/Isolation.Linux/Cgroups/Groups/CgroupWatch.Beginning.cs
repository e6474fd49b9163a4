using System.Collections.Immutable;
using System.Globalization;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>The part that subscribes to each kind of event.</summary>
internal sealed partial class CgroupWatch
{
    /// <summary>
    /// Starts a watch. The sandbox must already have a cgroup that can be frozen, if the host supports one.
    /// </summary>
    /// <exception cref="SandboxException">An event that was requested by name is not available.</exception>
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
                    // The event was not requested by name.
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
        string directory = Require("memory", "out-of-memory kills", out CgroupVersion version);
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
        string directory = Require("memory", "memory above MemoryHigh", out CgroupVersion version);
        if (version == CgroupVersion.V1)
        {
            throw Cannot(
                "memory above MemoryHigh",
                "The memory controller is on cgroup v1 on this host, which does not report it",
                "Boot with systemd.unified_cgroup_hierarchy=1, or do not request it.");
        }

        _signal.AddFile($"{directory}/memory.events");
    }

    private void WatchProcesses()
    {
        string directory = Require("pids", "refused processes", out CgroupVersion version);
        bool isNew = Environment.OSVersion.Version >= QuietLegacyProcesses;
        if (version == CgroupVersion.V1 && isNew)
        {
            throw Cannot(
                "refused processes",
                "The pids controller is on cgroup v1 on this host, where Linux 6.11 and newer do not report it",
                "Read SandboxUsage.RefusedProcesses, or boot with systemd.unified_cgroup_hierarchy=1.");
        }

        _signal.AddFile($"{directory}/pids.events");
        if (!isNew)
        {
            // Older kernels report it in the cgroup of the process that was refused.
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
            // The command or the watch has ended. A watch must not make a command fail.
        }
    }

    private void WatchFreezing()
    {
        if (_groups.Groups.FindFreezer(out CgroupVersion version) is not { } directory)
        {
            throw Cannot(
                "freezing", "The sandbox has no cgroup that can be frozen",
                "Give the application a writable cgroup v2, or run it as root.");
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
        _signal.AddFile($"{RequireUnified("the end of the last process")}/cgroup.events", callback: OnGroupChange);

    private void WatchPressure()
    {
        if (_thresholds.Length == 0)
        {
            return;
        }

        string directory = RequireUnified("pressure");
        for (int i = 0; i < _thresholds.Length; i++)
        {
            int index = i;
            PressureThreshold threshold = _thresholds[i];
            string file = threshold.Resource switch
            {
                PressureResource.Cpu => "cpu",
                PressureResource.Memory => "memory",
                _ => "io"
            };
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

    /// <summary>Handles the v1 event, which the kernel sends before the kill and not after it.</summary>
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
            what, $"The sandbox has no cgroup with the {controller} controller",
            $"Give the application a writable cgroup with the {controller} controller, or run it as root.");

    private string RequireUnified(string what) => _groups.Groups.FindFreezer(out CgroupVersion version) is { } directory
        && version == CgroupVersion.V2
        ? directory
        : throw Cannot(
            what, "Only cgroup v2 reports it, and the application has no writable cgroup v2",
            "mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified, and run the application as root or give it a cgroup.");

    private static SandboxException Cannot(string what, string reason, string remedy) =>
        SandboxErrors.Refuse(
            new ProgramStep($"watch for {what}", null, StepKind.WatchGroup), Errno.ENOTSUP, reason, remedy);
}
