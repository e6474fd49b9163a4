using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Isolation.Linux.State.Json;

/// <summary>
/// Serializes the parts of a detached sandbox's state as JSON, without reflection. Reading returns a value whose
/// members all equal those that were written. It refuses unknown, missing and duplicate members, unknown kinds, and
/// null where the type does not allow it, so a version with other members refuses the document as well.
/// </summary>
internal static class StateJson
{
    /// <summary>The maximum nesting; the deepest values, conditions of system call rules, are at level 6.</summary>
    private const int MaximumDepth = 16;

    /// <summary>Gets the options that all documents share.</summary>
    internal static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        MaxDepth = MaximumDepth,
        TypeInfoResolver = StateJsonContext.Default.WithAddedModifier(StateMembers.Adjust),
        Converters =
        {
            new BytesConverter(),
            new FiniteNumberConverter(),
            new SystemCallActionConverter(),
            new SystemCallFilterConverter(),
            new ImmutableArrayConverter<ArgumentComparison>(),
            new ImmutableArrayConverter<CgroupState>(),
            new ImmutableArrayConverter<DeviceBandwidth>(),
            new ImmutableArrayConverter<DeviceRule>(),
            new ImmutableArrayConverter<HugePageLimit>(),
            new ImmutableArrayConverter<IdRange>(),
            new ImmutableArrayConverter<int>(),
            new ImmutableArrayConverter<KeptRuleState>(),
            new ImmutableArrayConverter<LandlockFileRule>(),
            new ImmutableArrayConverter<LandlockPortRule>(),
            new ImmutableArrayConverter<MountEntry>(),
            new ImmutableArrayConverter<NotApplied>(),
            new ImmutableArrayConverter<ResourceLimit>(),
            new ImmutableArrayConverter<string>(),
            new ImmutableArrayConverter<SystemCallRule>(),
            new ImmutableArrayConverter<uint>(),
        },
    };

    /// <summary>Writes a value as UTF-8.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The name of the document in messages, such as <c>specification</c>.</param>
    /// <exception cref="SandboxException">The value contains a part that is invalid or unknown.</exception>
    internal static byte[] Write<T>(T value, string name)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(value, TypeOf<T>());
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            throw new SandboxException(
                $"Cannot write the {name} of the sandbox as JSON: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a value that <see cref="Write"/> wrote. The value is not validated.</summary>
    /// <param name="json">The document in UTF-8.</param>
    /// <param name="name">The name of the document in messages, such as <c>specification</c>.</param>
    /// <exception cref="SandboxException">The document is invalid.</exception>
    internal static T Read<T>(ReadOnlySpan<byte> json, string name)
        where T : notnull
    {
        try
        {
            return JsonSerializer.Deserialize(json, TypeOf<T>()) ?? throw new JsonException("The document is null.");
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            throw new SandboxException(
                $"Cannot read the {name} of the sandbox: the saved JSON is damaged or of another version. "
                    + exception.Message,
                exception);
        }
    }

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>
    /// Returns whether the serializer throws the exception for a bad document or value. Bad JSON and a wrong member are
    /// <see cref="JsonException"/>, an unknown or missing kind is <see cref="NotSupportedException"/>, and a number
    /// that JSON cannot represent is <see cref="ArgumentException"/>.
    /// </summary>
    private static bool IsExpected(Exception exception) =>
        exception is JsonException or NotSupportedException or ArgumentException;
}
