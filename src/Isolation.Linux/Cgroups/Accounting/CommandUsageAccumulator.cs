using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>
/// What the kernel counts in the groups of commands and in none above them: on v1 those killed for lack of memory,
/// refused processes (on v2 too, before Linux 6.11), and on v1 the I/O of groups that are gone. A sandbox's figures
/// hold them all the same.
/// </summary>
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
    /// Takes over what a command's groups counted, and removes them. Those that processes are left in stay, and go on
    /// to count.
    /// </summary>
    /// <returns>Whether they are gone.</returns>
    internal bool Remove(CgroupSet run, SandboxUsage counted, Func<bool> remove)
    {
        lock (_changing)
        {
            if (!remove())
            {
                return false;
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

    /// <summary>The figures of the whole sandbox.</summary>
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

    /// <summary>How often a limit of memory or of processes was in the way in the whole sandbox.</summary>
    internal (long? Kills, long? Refused) ReadFailures(CgroupSet sandbox)
    {
        lock (_changing)
        {
            (long? kills, long? refused) = UsageReader.ReadFailures(sandbox);
            (long killsOfRuns, long refusedOfRuns) = SumFailures();
            return (kills + killsOfRuns, refused + refusedOfRuns);
        }
    }

    /// <summary>The groups of commands that are there.</summary>
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
    /// What is kept open of a sandbox's groups. They are others once it has got further ones, and a sandbox that is
    /// removed keeps none.
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
    /// v1 would add up groups below one as well, but for a moment also those that are gone, which are counted here.
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
