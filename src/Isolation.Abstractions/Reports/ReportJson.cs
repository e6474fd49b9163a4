using System.Text.Json.Serialization;

namespace Isolation;

/// <summary>Serializes reports as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SandboxReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
