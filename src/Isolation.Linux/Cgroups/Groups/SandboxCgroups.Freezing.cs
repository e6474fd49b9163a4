using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>Commands that stand still.</summary>
internal sealed partial class SandboxCgroups
{
    private volatile bool _isFrozen;

    /// <summary>Called when the library has frozen or thawed a sandbox on v1, where the kernel tells nobody.</summary>
    internal event Action? FrozenChanged;

    internal bool IsFrozen => _isFrozen;

    /// <summary>
    /// Whether there is a group that can be frozen; on v2 it also tells when it is empty and what its processes lack.
    /// </summary>
    internal bool HasFreezer => Groups.FindFreezer(out _) is not null;

    /// <summary>
    /// What is killed in a frozen group of v1 ends only in another one: the parent of the sandbox's, unless that is
    /// frozen too.
    /// </summary>
    internal string? ThawedDirectory => _isFrozen && Groups.FindFreezer(out CgroupVersion version) is { } directory
        && version == CgroupVersion.V1
        ? Path.GetDirectoryName(directory)
        : null;

    /// <summary>Gives the sandbox a group that can be frozen.</summary>
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

    /// <summary>Stops all commands, or lets them go on, and waits until that is so. One at a time.</summary>
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
                // v1 looks at its processes when it is asked, and at no other time.
                await Task.Delay(1, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether all processes of a group stand still; null if it is gone.</summary>
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
