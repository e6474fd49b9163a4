using System.Text;
using System.Text.Json;
using Isolation.Linux.Init;
using Isolation.Linux.State.Json;

namespace Isolation.Linux.State;

/// <summary>
/// Represents what an application must know to attach to a sandbox, apart from its specification: the content of
/// <c>state.json</c>.
/// </summary>
internal sealed record SandboxState
{
    /// <summary>The maximum size of the file, in bytes.</summary>
    internal const int MaximumSize = 16 << 20;

    private const string Document = "state";

    /// <summary>Gets the version of the protocol, <see cref="InitMessage.Version"/>.</summary>
    public required int Protocol { get; init; }

    /// <summary>Gets the id of the sandbox.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the name in the specification.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the user who created the sandbox.</summary>
    public required uint UserId { get; init; }

    /// <summary>Gets the time of the creation.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the first process of the sandbox.</summary>
    public required ProcessIdentity Init { get; init; }

    /// <summary>Gets the secret that an application sends to init, in base 64.</summary>
    public required ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>Gets what the set-up decided for all commands.</summary>
    public required PlanState Plan { get; init; }

    internal byte[] Write() => StateJson.Write(this, Document);

    /// <exception cref="SandboxException">
    /// The content is not that of a state file, or of one with another version of the protocol.
    /// </exception>
    internal static SandboxState Read(ReadOnlySpan<byte> content)
    {
        // Another version may have other members, and the error should name the version.
        int? protocol = Find(content, "protocol") is { ValueKind: JsonValueKind.Number } number
            && number.TryGetInt32(out int value) ? value : null;
        return protocol is null or InitMessage.Version
            ? StateJson.Read<SandboxState>(content, Document)
            : throw new SandboxException(
                $"The state file does not fit: the sandbox speaks version {protocol} of the protocol, and this library "
                    + $"speaks {InitMessage.Version}.");
    }

    /// <summary>Reads the first process from a state file of any version; null if it is damaged.</summary>
    internal static ProcessIdentity? FindInit(ReadOnlySpan<byte> content) =>
        Find(content, "init") is { ValueKind: JsonValueKind.Object } init
            ? StateJson.Read<ProcessIdentity>(Encoding.UTF8.GetBytes(init.GetRawText()), Document)
            : null;

    private static JsonElement? Find(ReadOnlySpan<byte> content, string member)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(content.ToArray());
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(member, out JsonElement value) ? value.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
