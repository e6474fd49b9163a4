using System.Text.Json;
using System.Text.Json.Serialization;

namespace Isolation.Linux.State.Json;

/// <summary>
/// Converts numbers. Unlike the built-in converter, it refuses a number out of range instead of reading infinity.
/// </summary>
internal sealed class FiniteNumberConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDouble() is var value && double.IsFinite(value)
            ? value
            : throw new JsonException("The number is out of range.");

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value);
}
