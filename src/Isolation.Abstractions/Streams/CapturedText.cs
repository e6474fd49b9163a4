using System.Text;

namespace Isolation;

/// <summary>Captured output.</summary>
/// <param name="Bytes">The bytes as they came.</param>
/// <param name="IsTruncated">Whether the command wrote more than was allowed; the first bytes are kept.</param>
public sealed record CapturedText(ReadOnlyMemory<byte> Bytes, bool IsTruncated)
{
    /// <summary>No output.</summary>
    public static CapturedText Empty { get; } = new(ReadOnlyMemory<byte>.Empty, false);

    /// <summary>The output read as UTF-8; what is not valid becomes U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>The same as <see cref="Text"/>.</summary>
    public override string ToString() => Text;
}
