using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Tests.State;

/// <summary>
/// Creates values of the types in a sandbox's state, by reflection, so that a new member or type is included by itself.
/// </summary>
internal static class Variants
{
    private const ulong UndefinedBit = 1UL << 29;
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>
    /// Returns values of a type. The first has something other than the default in every member, and every kind in its
    /// lists; each of the others differs from it in one member, however deep.
    /// </summary>
    public static IEnumerable<T> Of<T>() => Of(typeof(T)).Cast<T>();

    private static IEnumerable<object?> Of(Type type) =>
        Nullable.GetUnderlyingType(type) is { } value ? Of(value).Append(null)
        : type == typeof(SystemCallAction) ? Actions()
        : StoredTypes.IsList(type) ? Lists(type.GenericTypeArguments[0])
        : !StoredTypes.IsRecord(type) ? Simple(type)
        : type.IsAbstract ? StoredTypes.Kinds(type).SelectMany(Of)
        : Records(type);

    private static IEnumerable<object?> Of(FieldInfo field) =>
        !field.FieldType.IsValueType && Nullability.Create(field).WriteState == NullabilityState.Nullable
            ? Of(field.FieldType).Append(null)
            : Of(field.FieldType);

    private static IEnumerable<object?> Records(Type type)
    {
        object full = RuntimeHelpers.GetUninitializedObject(type);
        foreach (FieldInfo field in StoredTypes.Fields(type))
        {
            field.SetValue(full, Of(field).First());
        }

        yield return full;
        foreach (FieldInfo field in StoredTypes.Fields(type))
        {
            foreach (object? value in Of(field).Skip(1))
            {
                object variant = Clone(full);
                field.SetValue(variant, value);
                yield return variant;
            }
        }
    }

    private static object Clone(object value) =>
        typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!
            .Invoke(value, null)!;

    private static IEnumerable<object?> Actions() =>
    [
        SystemCallAction.Errno(4095), SystemCallAction.Errno(0), SystemCallAction.Errno(int.MinValue),
        SystemCallAction.Trace(ushort.MaxValue), SystemCallAction.Trace(0), SystemCallAction.Allow,
        SystemCallAction.KillProcess, SystemCallAction.KillThread, SystemCallAction.Trap, SystemCallAction.Log,
        SystemCallAction.Notify,
    ];

    private static IEnumerable<object?> Lists(Type element)
    {
        object?[] values = [.. Of(element)];
        object?[] full = element.IsAbstract
            ? [.. StoredTypes.Kinds(element).Select(kind => Of(kind).First())]
            : [values[0], values[^1], values[0]];
        return
        [
            List(element, full), List(element, []),
            Activator.CreateInstance(typeof(ImmutableArray<>).MakeGenericType(element)),
            .. values.Select(value => List(element, [value])),
        ];
    }

    private static object? List(Type element, object?[] values)
    {
        var elements = Array.CreateInstance(element, values.Length);
        values.CopyTo(elements, 0);
        return typeof(ImmutableCollectionsMarshal).GetMethod(nameof(ImmutableCollectionsMarshal.AsImmutableArray))!
            .MakeGenericMethod(element).Invoke(null, [elements]);
    }

    private static IEnumerable<object?> Simple(Type type) => type.IsEnum ? Enums(type) : Type.GetTypeCode(type) switch
    {
        TypeCode.String => ["\"ä\\\n\0\u2028</script>😀", "", "uninitialized", "1"],
        TypeCode.Boolean => [true, false],
        TypeCode.Int32 => [-7, 0, int.MinValue, int.MaxValue],
        TypeCode.UInt32 => [7u, 0u, uint.MaxValue],
        TypeCode.Int64 => [-7L, 0L, long.MinValue, long.MaxValue],
        TypeCode.UInt64 => [7UL, 0UL, ulong.MaxValue],
        TypeCode.Double => [0.1, 0.0, 1e300, double.Epsilon],
        _ when type == typeof(DateTimeOffset) =>
            [new DateTimeOffset(2026, 11, 30, 1, 2, 3, TimeSpan.FromHours(2)), DateTimeOffset.MinValue],
        _ when type == typeof(TimeSpan) => [new TimeSpan(-7), TimeSpan.Zero, TimeSpan.MinValue, TimeSpan.MaxValue],
        _ when type == typeof(ReadOnlyMemory<byte>) =>
        [
            new ReadOnlyMemory<byte>([.. Enumerable.Range(0, 256).Select(value => (byte)value)]),
            new ReadOnlyMemory<byte>([0]), ReadOnlyMemory<byte>.Empty,
        ],
        _ when type == typeof(ImmutableSortedDictionary<string, string>) =>
        [
            ImmutableSortedDictionary<string, string>.Empty.Add("a", "b").Add("", "\"").Add("A", ""),
            ImmutableSortedDictionary<string, string>.Empty,
        ],
        _ => throw new NotSupportedException($"Nothing in the state may be of the type {type}."),
    };

    private static IEnumerable<object?> Enums(Type type)
    {
        object[] values = [.. Enum.GetValues(type).Cast<object>().Distinct().OrderBy(Number)];
        ulong[] combinations = type.IsDefined(typeof(FlagsAttribute))
            ? [Number(values[0]) | Number(values[^1]), Number(values[1]) | Number(values[2]) | UndefinedBit]
            : [];
        return combinations.Append(UndefinedBit).Select(number => Enum.ToObject(type, number))
            .Concat(values.Reverse()).Distinct().OrderBy(value => Enum.IsDefined(type, value) ? 0 : 1);
    }

    private static ulong Number(object value) => unchecked((ulong)Convert.ToInt64(value, null));
}
