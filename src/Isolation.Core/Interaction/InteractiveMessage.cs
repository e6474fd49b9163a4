using System.Text;

namespace Isolation;

/// <summary>Represents a piece of data that one of two programs wrote to the other.</summary>
/// <remarks>
/// A message is a unit of forwarding: a large write may be split into several messages, and consecutive writes may be
/// combined into one.
/// </remarks>
/// <param name="From">The program that wrote the message.</param>
/// <param name="Time">The time at which the message was forwarded, relative to the start of the conversation.</param>
/// <param name="Bytes">The content, one byte or more. Untrusted.</param>
public sealed record InteractiveMessage(InteractiveRole From, TimeSpan Time, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Gets the content as UTF-8; invalid bytes are replaced by U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>Returns the time, the sender and the text.</summary>
    public override string ToString() => FormattableString.Invariant($"{Time.TotalMilliseconds:F3} ms {From}: {Text}");
}
