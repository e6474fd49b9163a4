namespace Isolation;

/// <summary>A line that a command wrote; see <see cref="LiveOutputExtensions.ReadLinesAsync"/>.</summary>
/// <param name="Source">Which output it was written to.</param>
/// <param name="Text">The line without its end (LF or CR LF), decoded as UTF-8; what is no UTF-8 becomes
/// U+FFFD.</param>
public readonly record struct OutputLine(OutputSource Source, string Text)
{
    /// <summary>
    /// Whether the line goes on with the next one of the same source, because it is longer than what is passed on at
    /// once.
    /// </summary>
    public bool IsContinued { get; init; }

    /// <summary>The text.</summary>
    public override string ToString() => Text ?? "";
}
