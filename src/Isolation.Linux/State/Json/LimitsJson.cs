namespace Isolation.Linux.State.Json;

/// <summary>Converts the limits of a detached sandbox to and from JSON; see <see cref="StateJson"/>.</summary>
internal static class LimitsJson
{
    /// <summary>Writes limits.</summary>
    /// <exception cref="SandboxException">A part is invalid or unknown.</exception>
    internal static byte[] Write(SandboxLimits limits) => StateJson.Write(limits, "limits");

    /// <summary>Reads limits without validating them.</summary>
    /// <exception cref="SandboxException">The document is invalid.</exception>
    internal static SandboxLimits Read(ReadOnlySpan<byte> json) =>
        StateJson.Read<SandboxLimits>(json, "limits");
}
