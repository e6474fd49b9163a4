namespace Isolation.Linux.State.Json;

/// <summary>Converts the report of a detached sandbox to and from JSON; see <see cref="StateJson"/>.</summary>
internal static class ReportJson
{
    /// <summary>Writes a report.</summary>
    /// <exception cref="SandboxException">A part is invalid or unknown.</exception>
    internal static byte[] Write(SandboxReport report) => StateJson.Write(report, "report");

    /// <summary>Reads a report.</summary>
    /// <exception cref="SandboxException">The document is invalid.</exception>
    internal static SandboxReport Read(ReadOnlySpan<byte> json) =>
        StateJson.Read<SandboxReport>(json, "report");
}
