using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>The part that freezes and thaws the commands.</summary>
internal sealed partial class SandboxCgroups
{
    private volatile bool _isFrozen;

    /// <summary>
    /// Occurs when the library has frozen or thawed a sandbox on v1, where the kernel sends no notification.
    /// </summary>
    internal event Action? FrozenChanged;

    internal bool IsFrozen => _isFrozen;

    /// <summary>
    /// Gets a value indicating whether the sandbox has a cgroup that can be frozen; on v2 this cgroup also reports when
    /// it is empty, and pressure.
    /// </summary>
    internal bool HasFreezer => Groups.FindFreezer(out _) is not null;

    /// <summary>
    /// Gets the cgroup in which processes killed in a frozen v1 cgroup can end: the parent of the sandbox's cgroup,
    /// unless it is frozen too.
    /// </summary>
    internal string? ThawedDirectory => _isFrozen && Groups.FindFreezer(out CgroupVersion version) is { } directory
        && version == CgroupVersion.V1
        ? Path.GetDirectoryName(directory)
        : null;

    /// <summary>Adds a cgroup that can be frozen.</summary>
    internal void AddFreezer(ControllerMount place)
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_isRemoved, typeof(ISandbox));
            if (!HasFreezer)
            {
                Take(new CgroupHierarchy(place.Version, place.Directory, [LimitControllers.Freezer], []));
            }
        }
    }

    /// <summary>
    /// Freezes or thaws all commands and waits until the state is reached. Must not be called concurrently.
    /// </summary>
    internal async Task SetFrozenAsync(bool isFrozen, CancellationToken cancellationToken)
    {
        if (Groups.FindFreezer(out CgroupVersion version) is not { } directory)
        {
            return;
        }

        _isFrozen |= isFrozen;
        try
        {
            await SetFrozenAsync(directory, version, isFrozen, cancellationToken).ConfigureAwait(false);
        }
        catch when (isFrozen)
        {
            CgroupFiles.Write(FreezerFile(directory, version), FreezerValue(version, false));
            _isFrozen = false;
            throw;
        }

        _isFrozen = isFrozen;
        FrozenChanged?.Invoke();
    }

    private static async Task SetFrozenAsync(
        string directory, CgroupVersion version, bool isFrozen, CancellationToken cancellationToken)
    {
        string file = FreezerFile(directory, version);
        using CgroupEventSource? signal = version == CgroupVersion.V2
            ? CgroupEventSource.Open($"{directory}/cgroup.events")
            : null;
        SandboxErrors.Check(
            CgroupFiles.Write(file, FreezerValue(version, isFrozen)),
            isFrozen ? "freeze the sandbox: write to" : "thaw the sandbox: write to", file, StepKind.SetGroupLimit);
        while (ReadFrozen(directory, version) is { } now && now != isFrozen)
        {
            if (signal is not null)
            {
                await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                // v1 updates the state only when it is read.
                await Task.Delay(1, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Returns whether all processes of a cgroup are frozen; null if the cgroup no longer exists.</summary>
    internal static bool? ReadFrozen(string directory, CgroupVersion version) => version == CgroupVersion.V2
        ? CgroupFiles.FindNumber(CgroupFiles.Read($"{directory}/cgroup.events"), "frozen") is { } number
            ? number == 1
            : null
        : CgroupFiles.Read($"{directory}/freezer.state")?.Trim() is { } state ? state == "FROZEN" : null;

    private static string FreezerFile(string directory, CgroupVersion version) => version == CgroupVersion.V2
        ? $"{directory}/cgroup.freeze"
        : $"{directory}/freezer.state";

    private static string FreezerValue(CgroupVersion version, bool isFrozen) => (version, isFrozen) switch
    {
        (CgroupVersion.V2, true) => "1",
        (CgroupVersion.V2, false) => "0",
        (_, true) => "FROZEN",
        _ => "THAWED",
    };
}
