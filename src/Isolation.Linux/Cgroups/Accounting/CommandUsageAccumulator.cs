using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>
/// Accumulates figures that the kernel counts only in the cgroups of commands and not in their parents, so that a
/// sandbox's figures include them.
/// </summary>
/// <remarks>
/// These are refused processes (on v2 only before Linux 6.11) and, on v1, processes killed for lack of memory and the
/// I/O of removed cgroups.
/// </remarks>
internal sealed class CommandUsageAccumulator : IDisposable
{
    private readonly Lock _changing = new();
    private readonly Dictionary<CgroupSet, OpenFigures> _present = [];
    private readonly OpenFigures _open = new();
    private CgroupSet? _openFor;
    private bool _isClosed;
    private long _kills;
    private long _refused;
    private ImmutableArray<DeviceUsage> _inputOutput = [];

    internal void Add(CgroupSet run)
    {
        lock (_changing)
        {
            _present.Add(run, new OpenFigures());
        }
    }

    /// <summary>
    /// Takes over the figures of a command's cgroups, and removes the cgroups. After disposal it leaves them alone: the
    /// sandbox removes all of its cgroups, and the next one may have cgroups at the same path.
    /// </summary>
    /// <returns>
    /// <see langword="true"/> if the cgroups were removed; cgroups that still contain processes continue to count.
    /// </returns>
    internal bool Remove(CgroupSet run, SandboxUsage counted, Func<bool> remove)
    {
        lock (_changing)
        {
            if (_isClosed || !remove())
            {
                return _isClosed;
            }

            if (_present.Remove(run, out OpenFigures? open))
            {
                open.Dispose();
            }

            _kills += IsHandedUp(run, "memory") ? 0 : counted.OutOfMemoryKills ?? 0;
            _refused += counted.RefusedProcesses ?? 0;
            if (!IsHandedUp(run, "io"))
            {
                _inputOutput = Sum(_inputOutput, counted.InputOutput);
            }

            return true;
        }
    }

    /// <summary>Reads the figures of the whole sandbox.</summary>
    internal SandboxUsage Read(CgroupSet sandbox)
    {
        lock (_changing)
        {
            SandboxUsage usage = UsageReader.Read(sandbox, OpenFor(sandbox));
            (long kills, long refused) = SumFailures();
            ImmutableArray<DeviceUsage> inputOutput = SumInputOutput();
            return kills == 0 && refused == 0 && inputOutput.IsEmpty ? usage : usage with
            {
                OutOfMemoryKills = usage.OutOfMemoryKills + kills,
                RefusedProcesses = usage.RefusedProcesses + refused,
                InputOutput = Sum(usage.InputOutput, inputOutput),
            };
        }
    }

    /// <summary>Reads how often a memory or process limit was reached in the whole sandbox.</summary>
    internal (long? Kills, long? Refused) ReadFailures(CgroupSet sandbox)
    {
        lock (_changing)
        {
            (long? kills, long? refused) = UsageReader.ReadFailures(sandbox);
            (long killsOfRuns, long refusedOfRuns) = SumFailures();
            return (kills + killsOfRuns, refused + refusedOfRuns);
        }
    }

    /// <summary>Gets the existing cgroups of commands.</summary>
    internal CgroupSet[] Present
    {
        get
        {
            lock (_changing)
            {
                return [.. _present.Keys];
            }
        }
    }

    public void Dispose()
    {
        lock (_changing)
        {
            _openFor = null;
            _isClosed = true;
            _open.Dispose();
            foreach (OpenFigures open in _present.Values)
            {
                open.Dispose();
            }
        }
    }

    /// <summary>
    /// Gets the open files of a sandbox's cgroups. They change when cgroups are added, and a removed sandbox has none.
    /// </summary>
    private OpenFigures? OpenFor(CgroupSet sandbox)
    {
        if (_isClosed)
        {
            return null;
        }

        if (!ReferenceEquals(_openFor, sandbox))
        {
            _open.Dispose();
            _openFor = sandbox;
        }

        return _open;
    }

    private (long Kills, long Refused) SumFailures()
    {
        (long kills, long refused) = (_kills, _refused);
        foreach ((CgroupSet run, OpenFigures open) in _present)
        {
            (long? killsOfRun, long? refusedOfRun) = UsageReader.ReadFailures(run, _isClosed ? null : open);
            kills += IsHandedUp(run, "memory") ? 0 : killsOfRun ?? 0;
            refused += refusedOfRun ?? 0;
        }

        return (kills, refused);
    }

    /// <summary>
    /// Sums the I/O of commands. v1 can sum child cgroups as well, but for a moment includes removed ones, which are
    /// counted here.
    /// </summary>
    private ImmutableArray<DeviceUsage> SumInputOutput()
    {
        ImmutableArray<DeviceUsage> sum = _inputOutput;
        foreach ((CgroupSet run, OpenFigures open) in _present)
        {
            if (!IsHandedUp(run, "io"))
            {
                sum = Sum(sum, UsageReader.ReadInputOutput(run, _isClosed ? null : open));
            }
        }

        return sum;
    }

    private static bool IsHandedUp(CgroupSet groups, string controller) =>
        groups.Find(controller, out CgroupVersion version) is null || version == CgroupVersion.V2;

    private static ImmutableArray<DeviceUsage> Sum(
        ImmutableArray<DeviceUsage> one, ImmutableArray<DeviceUsage> other) => one.IsEmpty
        ? other
        : other.IsEmpty ? one :
    [
        .. one.Concat(other).GroupBy(
            device => (device.Major, device.Minor), (device, both) => both.Aggregate((first, second) => new DeviceUsage(
            device.Major, device.Minor, first.ReadBytes + second.ReadBytes, first.WrittenBytes + second.WrittenBytes,
            first.Reads + second.Reads, first.Writes + second.Writes))),
    ];
}
