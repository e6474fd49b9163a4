using System.IO.Pipelines;

namespace Isolation;

/// <summary>Ways to read and write the pipes of a command while it runs.</summary>
public static class LiveOutputExtensions
{
    /// <summary>In bytes: what a pipe holds by default.</summary>
    private const int PipeSize = 64 << 10;

    /// <summary>
    /// The lines of standard output and standard error, whichever of them is <see cref="OutputTarget.Pipe"/>, as they
    /// come. All that are pipes are read, so that a command never waits for one while the other is read. Lines of one
    /// source keep their order.
    /// <para>
    /// The command waits while the receiver does something else and the pipes are full. The sequence ends with the
    /// outputs: with what the command had written when it ended. A receiver that leaves earlier, or cancels, closes the
    /// pipes; a command that writes on is ended by SIGPIPE, unless it ignores that and is told EPIPE. The outputs can
    /// be read once.
    /// </para>
    /// </summary>
    /// <param name="process">The command.</param>
    /// <param name="maximumLength">
    /// In bytes, 4 or more: what is passed on of a line at once, and so the memory that a command can take up. A longer
    /// line comes in several parts, see <see cref="OutputLine.IsContinued"/>. Default: 1 MiB.
    /// </param>
    /// <param name="cancellationToken">Ends the sequence with an <see cref="OperationCanceledException"/>, not the
    /// command.</param>
    /// <exception cref="InvalidOperationException">Neither output is a pipe.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumLength"/> is less than 4.</exception>
    public static IAsyncEnumerable<OutputLine> ReadLinesAsync(
        this ISandboxProcess process, int maximumLength = 1 << 20, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, 4);
        return OutputReading.ReadAsync(Pipes(process), new LineSplitter(maximumLength), cancellationToken);
    }

    /// <summary>
    /// The bytes of standard output and standard error as they come; otherwise as <see cref="ReadLinesAsync"/>.
    /// </summary>
    /// <param name="process">The command.</param>
    /// <param name="cancellationToken">Ends the sequence with an <see cref="OperationCanceledException"/>, not the
    /// command.</param>
    /// <exception cref="InvalidOperationException">Neither output is a pipe.</exception>
    public static IAsyncEnumerable<OutputChunk> ReadChunksAsync(
        this ISandboxProcess process, CancellationToken cancellationToken = default) =>
        OutputReading.ReadAsync(Pipes(process), new ChunkSplitter(), cancellationToken);

    /// <summary>
    /// A reader of standard output, which must be <see cref="OutputTarget.Pipe"/>. Completing it closes the pipe. Where
    /// standard error is a pipe as well, it has to be read at the same time: a command waits for whichever is full.
    /// </summary>
    /// <exception cref="InvalidOperationException">Standard output is no pipe.</exception>
    public static PipeReader CreateOutputReader(this ISandboxProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return Reader(
            process.StandardOutput ?? throw new InvalidOperationException(
                Missing("Standard output", "StandardOutput = OutputTarget.Pipe")));
    }

    /// <summary>
    /// A reader of standard error, which must be <see cref="OutputTarget.Pipe"/>; otherwise as
    /// <see cref="CreateOutputReader"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Standard error is no pipe.</exception>
    public static PipeReader CreateErrorReader(this ISandboxProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return Reader(
            process.StandardError
            ?? throw new InvalidOperationException(Missing("Standard error", "StandardError = OutputTarget.Pipe")));
    }

    /// <summary>
    /// A writer of standard input, which must be <see cref="InputSource.Pipe"/>. Flushing waits while the pipe is full,
    /// and throws an <see cref="IOException"/> once the command has ended or has closed its input. Completing it is the
    /// end of input.
    /// </summary>
    /// <exception cref="InvalidOperationException">Standard input is no pipe.</exception>
    public static PipeWriter CreateInputWriter(this ISandboxProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return PipeWriter.Create(
            process.StandardInput
                ?? throw new InvalidOperationException(Missing("Standard input", "StandardInput = InputSource.Pipe")),
            new StreamPipeWriterOptions(minimumBufferSize: PipeSize / 4));
    }

    internal static PipeReader Reader(Stream stream) =>
        PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: PipeSize, minimumReadSize: PipeSize / 4));

    private static List<(OutputSource Source, Stream Stream)> Pipes(ISandboxProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        List<(OutputSource, Stream)> pipes = new(2);
        if (process.StandardOutput is { } output)
        {
            pipes.Add((OutputSource.StandardOutput, output));
        }

        if (process.StandardError is { } error)
        {
            pipes.Add((OutputSource.StandardError, error));
        }

        return pipes.Count > 0
            ? pipes
            : throw new InvalidOperationException(
                Missing("Neither output", "OutputTarget.Pipe for at least one of them", "is"));
    }

    private static string Missing(string what, string remedy, string verb = "is not") =>
        $"{what} {verb} a pipe. Start the command with {remedy}.";
}
