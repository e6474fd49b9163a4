using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>
/// The part that kills the commands and removes the cgroups. Once these are removed, another sandbox may have cgroups
/// at the same path, so nothing is killed or removed afterwards.
/// </summary>
internal sealed partial class SandboxCgroups
{
    private const int RemovalRounds = 120;

    private readonly Lazy<Task> _removal;
    private bool _isRemoved;

    /// <summary>Kills every process of the sandbox's commands.</summary>
    internal void Kill()
    {
        lock (_changing)
        {
            if (!_isRemoved)
            {
                CgroupKiller.Kill(Groups.Directories, ThawedDirectory);
            }
        }
    }

    /// <summary>Kills the processes that are currently in the cgroups of a command.</summary>
    internal void KillOnce(IEnumerable<string> directories)
    {
        lock (_changing)
        {
            if (!_isRemoved)
            {
                CgroupKiller.KillOnce(directories, ThawedDirectory);
            }
        }
    }

    /// <summary>
    /// Removes all cgroups once the kernel has released their processes. Cgroups that cannot be removed in time are
    /// left to the next application process.
    /// </summary>
    internal Task RemoveAsync() => _removal.Value;

    private async Task RemoveOnceAsync()
    {
        lock (_changing)
        {
            _isRemoved = true;
            foreach (CgroupWatch watch in _watches.Keys)
            {
                watch.Finish();
            }
        }

        Ledger.Dispose();

        List<string> left = [.. Groups.Directories];
        for (int round = 0; round < RemovalRounds; round++)
        {
            left.RemoveAll(CgroupFiles.TryRemove);
            if (left.Count == 0)
            {
                break;
            }

            if (round == 1)
            {
                CgroupKiller.Kill(left, ThawedDirectory);
            }

            await Task.Delay(Math.Min(1 + round, 50)).ConfigureAwait(false);
        }

        _claims?.Dispose();
    }
}
