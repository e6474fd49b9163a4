using System.Text.Json.Serialization;

namespace Isolation;

/// <summary>How reports are written as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SandboxReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
