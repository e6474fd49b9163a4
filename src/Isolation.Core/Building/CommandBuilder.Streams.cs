namespace Isolation;

public sealed partial class CommandBuilder
{
    /// <summary>Sets the source of standard input. Default: an empty input.</summary>
    public CommandBuilder WithStandardInput(InputSource source) => Set(_command with { StandardInput = source });

    /// <summary>Sets the text to pass as standard input, in UTF-8.</summary>
    public CommandBuilder WithInputText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return WithStandardInput(InputSource.FromText(text));
    }

    /// <summary>
    /// Sets the file of the host to read standard input from; see <see cref="InputSource.FromFile"/>.
    /// </summary>
    /// <param name="path">The absolute path on the host.</param>
    /// <param name="followsLinks">Whether parts of the path may be symbolic links. Default: they are refused.</param>
    public CommandBuilder WithInputFile(string path, bool followsLinks = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        return WithStandardInput(InputSource.FromFile(path, followsLinks));
    }

    /// <summary>Sets the bytes to pass as standard input.</summary>
    public CommandBuilder WithStandardInput(ReadOnlyMemory<byte> bytes) =>
        WithStandardInput(InputSource.FromBytes(bytes));

    /// <summary>Sets the stream to read standard input from. The stream is not closed.</summary>
    public CommandBuilder WithStandardInput(Stream stream) => WithStandardInput(InputSource.FromStream(stream));

    /// <summary>Sets the target of standard output. Default: captured, at most 16 MiB.</summary>
    public CommandBuilder WithStandardOutput(OutputTarget target) => Set(_command with { StandardOutput = target });

    /// <summary>Sets the stream to copy standard output to. The stream is not closed.</summary>
    public CommandBuilder WithStandardOutput(Stream stream) => WithStandardOutput(OutputTarget.ToStream(stream));

    /// <summary>
    /// Sets the stream to copy at most <paramref name="limit"/> bytes of standard output to. The stream is not closed.
    /// </summary>
    public CommandBuilder WithStandardOutput(Stream stream, long limit) =>
        WithStandardOutput(OutputTarget.ToStream(stream, limit));

    /// <summary>Sets the target of standard error. Default: captured, at most 16 MiB.</summary>
    public CommandBuilder WithStandardError(OutputTarget target) => Set(_command with { StandardError = target });

    /// <summary>Sets the stream to copy standard error to. The stream is not closed.</summary>
    public CommandBuilder WithStandardError(Stream stream) => WithStandardError(OutputTarget.ToStream(stream));

    /// <summary>
    /// Sets the stream to copy at most <paramref name="limit"/> bytes of standard error to. The stream is not closed.
    /// </summary>
    public CommandBuilder WithStandardError(Stream stream, long limit) =>
        WithStandardError(OutputTarget.ToStream(stream, limit));
}
