using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Finds duplicate targets. Most specifications have few entries; comparing them with each other is faster than hashing
/// and does not allocate.
/// </summary>
internal readonly struct TargetSet(int count)
{
    private const int FewEnough = 48;

    private readonly Dictionary<string, int>? _indexes = count > FewEnough ? new(count, StringComparer.Ordinal) : null;

    /// <summary>Returns the index of an earlier entry with the same target, or -1.</summary>
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
