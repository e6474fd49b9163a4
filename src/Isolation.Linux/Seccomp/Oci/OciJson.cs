using System.Text.Json.Serialization;

namespace Isolation.Linux.Seccomp.Oci;

/// <summary>Provides source-generated JSON serialization of profiles, for ahead-of-time compiled programs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(OciProfile))]
internal sealed partial class OciJson : JsonSerializerContext;
