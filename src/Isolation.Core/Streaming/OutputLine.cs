namespace Isolation;

/// <summary>Represents a line that a command wrote; see <see cref="LiveOutputExtensions.ReadLinesAsync"/>.</summary>
/// <param name="Source">The output that the line comes from.</param>
/// <param name="Text">The line without its terminator (LF or CR LF), decoded as UTF-8; invalid bytes are replaced by
/// U+FFFD.</param>
public readonly record struct OutputLine(OutputSource Source, string Text)
{
    /// <summary>
    /// Gets a value indicating whether the next line of the same source continues this line, because the line is longer
    /// than the maximum length of a part.
    /// </summary>
    public bool IsContinued { get; init; }

    /// <summary>Returns the text.</summary>
    public override string ToString() => Text ?? "";
}
