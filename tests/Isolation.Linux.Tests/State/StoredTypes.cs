using System.Collections.Immutable;
using System.Reflection;

namespace Isolation.Linux.Tests.State;

/// <summary>Finds the types that the state of a sandbox consists of, by reflection over their fields.</summary>
internal static class StoredTypes
{
    /// <summary>Returns the type and everything that its values can contain.</summary>
    public static HashSet<Type> Of(Type root)
    {
        HashSet<Type> found = [];
        Add(root, found);
        return found;
    }

    /// <summary>Returns the fields of a type and of its bases.</summary>
    public static IEnumerable<FieldInfo> Fields(Type type) =>
        type.BaseType is null || type.BaseType == typeof(ValueType)
            ? Own(type)
            : Fields(type.BaseType).Concat(Own(type));

    /// <summary>Returns the concrete types that derive from an abstract type.</summary>
    public static IEnumerable<Type> Kinds(Type type) =>
        type.Assembly.GetTypes().Where(kind => !kind.IsAbstract && kind.IsAssignableTo(type));

    public static bool IsList(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    /// <summary>Returns whether the type is stored member by member.</summary>
    public static bool IsRecord(Type type) =>
        !type.IsEnum && type.Assembly.GetName().Name!.StartsWith("Isolation", StringComparison.Ordinal);

    private static FieldInfo[] Own(Type type) =>
        type.GetFields(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);

    private static void Add(Type type, HashSet<Type> found)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            Add(value, found);
        }
        else if (IsList(type))
        {
            Add(type.GenericTypeArguments[0], found);
        }
        else if (found.Add(type) && IsRecord(type))
        {
            foreach (Type part in type.IsAbstract ? Kinds(type) : Fields(type).Select(field => field.FieldType))
            {
                Add(part, found);
            }
        }
    }
}
