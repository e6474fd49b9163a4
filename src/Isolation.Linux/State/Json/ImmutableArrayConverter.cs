using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Isolation.Linux.State.Json;

/// <summary>
/// Converts lists without null elements. A list that is not initialized, which is neither empty nor null, is written as
/// the string <c>uninitialized</c>.
/// </summary>
internal sealed class ImmutableArrayConverter<T> : JsonConverter<ImmutableArray<T>>
{
    public override ImmutableArray<T> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("uninitialized"u8))
        {
            return default;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("Is not a list.");
        }

        JsonTypeInfo<T> type = TypeOf(options);
        ImmutableArray<T>.Builder elements = ImmutableArray.CreateBuilder<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            elements.Add(JsonSerializer.Deserialize(ref reader, type) ?? throw Null());
        }

        return elements.DrainToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options)
    {
        if (value.IsDefault)
        {
            writer.WriteStringValue("uninitialized"u8);
            return;
        }

        JsonTypeInfo<T> type = TypeOf(options);
        writer.WriteStartArray();
        foreach (T element in value)
        {
            JsonSerializer.Serialize(writer, element ?? throw Null(), type);
        }

        writer.WriteEndArray();
    }

    private static JsonTypeInfo<T> TypeOf(JsonSerializerOptions options) =>
        (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    private static JsonException Null() => new("A list contains null.");
}
