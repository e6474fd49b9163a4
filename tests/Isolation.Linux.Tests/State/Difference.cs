using System.Collections;
using System.Collections.Immutable;
using System.Reflection;

namespace Isolation.Linux.Tests.State;

/// <summary>
/// Compares two values field by field, because records compare lists and contents of files by reference.
/// </summary>
internal static class Difference
{
    /// <summary>Returns the path of the first difference; null if the values are the same.</summary>
    public static string? Find(object? left, object? right, string path = "")
    {
        if (left is null || right is null || left.GetType() != right.GetType())
        {
            return left is null && right is null ? null : path;
        }

        Type type = left.GetType();
        if (left is ReadOnlyMemory<byte> bytes)
        {
            return bytes.Span.SequenceEqual(((ReadOnlyMemory<byte>)right).Span) ? null : path;
        }

        if (StoredTypes.IsList(type))
        {
            bool isDefault = IsDefault(left);
            return isDefault || IsDefault(right)
                ? isDefault == IsDefault(right) ? null : path
                : OfElements((IEnumerable)left, (IEnumerable)right, path);
        }

        if (left is ImmutableSortedDictionary<string, string> entries)
        {
            return entries.SequenceEqual((ImmutableSortedDictionary<string, string>)right) ? null : path;
        }

        if (!StoredTypes.IsRecord(type))
        {
            return left.Equals(right) ? null : path;
        }

        foreach (FieldInfo field in StoredTypes.Fields(type))
        {
            if (Find(field.GetValue(left), field.GetValue(right), $"{path}.{field.Name}") is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static bool IsDefault(object list) =>
        (bool)list.GetType().GetProperty(nameof(ImmutableArray<>.IsDefault))!.GetValue(list)!;

    private static string? OfElements(IEnumerable left, IEnumerable right, string path)
    {
        object?[] ours = [.. left.Cast<object?>()], theirs = [.. right.Cast<object?>()];
        return ours.Length != theirs.Length
            ? path
            : ours.Select((element, index) => Find(element, theirs[index], $"{path}[{index}]"))
                .FirstOrDefault(found => found is not null);
    }
}
