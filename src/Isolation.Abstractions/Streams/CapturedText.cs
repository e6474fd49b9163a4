using System.Text;

namespace Isolation;

/// <summary>Represents captured output.</summary>
/// <param name="Bytes">The bytes as written by the command.</param>
/// <param name="IsTruncated">
/// A value indicating whether the command wrote more than allowed; the first bytes are kept.
/// </param>
public sealed record CapturedText(ReadOnlyMemory<byte> Bytes, bool IsTruncated)
{
    /// <summary>Gets an instance without output.</summary>
    public static CapturedText Empty { get; } = new(ReadOnlyMemory<byte>.Empty, false);

    /// <summary>Gets the output decoded as UTF-8; invalid bytes are replaced by U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>Returns <see cref="Text"/>.</summary>
    public override string ToString() => Text;
}
