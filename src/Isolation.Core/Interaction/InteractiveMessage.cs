using System.Text;

namespace Isolation;

/// <summary>
/// What one of two programs said to the other, as it was passed on: a part of what was written at once where that is
/// much, or several things that were written one right after the other.
/// </summary>
/// <param name="From">Who wrote it.</param>
/// <param name="Time">When it was passed on, from the start of the conversation.</param>
/// <param name="Bytes">One byte or more. Untrusted.</param>
public sealed record InteractiveMessage(InteractiveRole From, TimeSpan Time, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The bytes as UTF-8; what is none becomes U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>Time, direction and text.</summary>
    public override string ToString() => FormattableString.Invariant($"{Time.TotalMilliseconds:F3} ms {From}: {Text}");
}
