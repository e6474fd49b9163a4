namespace Isolation.Linux.State.Json;

/// <summary>Converts the specification of a detached sandbox to and from JSON; see <see cref="StateJson"/>.</summary>
internal static class SpecificationJson
{
    /// <summary>Writes a specification.</summary>
    /// <exception cref="SandboxException">A part is invalid or unknown.</exception>
    internal static byte[] Write(SandboxSpecification specification) =>
        StateJson.Write(specification, "specification");

    /// <summary>Reads a specification without validating it.</summary>
    /// <exception cref="SandboxException">The document is invalid.</exception>
    internal static SandboxSpecification Read(ReadOnlySpan<byte> json) =>
        StateJson.Read<SandboxSpecification>(json, "specification");
}
