using System.Text.Json.Serialization;

namespace Isolation.Linux.Seccomp.Oci;

/// <summary>
/// How profiles are read and written, made at compile time so that it works in ahead-of-time compiled programs.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(OciProfile))]
internal sealed partial class OciJson : JsonSerializerContext;
