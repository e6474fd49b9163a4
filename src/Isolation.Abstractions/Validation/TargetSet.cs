using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Finds targets that are there twice. The usual specification has a few entries, which are faster compared with each
/// other than hashed, and without an allocation.
/// </summary>
internal readonly struct TargetSet(int count)
{
    private const int FewEnough = 48;

    private readonly Dictionary<string, int>? _indexes = count > FewEnough ? new(count, StringComparer.Ordinal) : null;

    /// <summary>The index of an earlier entry with the same target, or -1.</summary>
    public int FindOrAdd(ImmutableArray<MountEntry> mounts, int index)
    {
        string target = mounts[index].Target;
        if (_indexes is not null)
        {
            return _indexes.TryAdd(target, index) ? -1 : _indexes[target];
        }

        for (int earlier = 0; earlier < index; earlier++)
        {
            if (mounts[earlier]?.Target == target)
            {
                return earlier;
            }
        }

        return -1;
    }
}
