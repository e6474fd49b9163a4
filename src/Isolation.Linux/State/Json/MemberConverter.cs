using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Isolation.Linux.State.Json;

/// <summary>
/// Converts a type that only its own members can create, by way of a record that has the same members.
/// </summary>
internal abstract class MemberConverter<T, TMembers> : JsonConverter<T>
    where TMembers : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Create(JsonSerializer.Deserialize(ref reader, TypeOf(options)) ?? throw new JsonException("Is null."));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, MembersOf(value), TypeOf(options));

    protected abstract T Create(TMembers members);

    protected abstract TMembers MembersOf(T value);

    private static JsonTypeInfo<TMembers> TypeOf(JsonSerializerOptions options) =>
        (JsonTypeInfo<TMembers>)options.GetTypeInfo(typeof(TMembers));
}
