using System.IO.Pipelines;

namespace Isolation;

/// <summary>Provides extension methods that read and write the pipes of a running command.</summary>
public static class LiveOutputExtensions
{
    /// <summary>The default capacity of a pipe in bytes.</summary>
    private const int PipeSize = 64 << 10;

    /// <summary>
    /// Reads the lines of standard output and standard error, whichever are <see cref="OutputTarget.Pipe"/>, as they
    /// arrive.
    /// </summary>
    /// <remarks>
    /// All pipes are read concurrently, so that the command never blocks on one while the other is read. Lines of one
    /// source keep their order. The command blocks while the receiver is busy and the pipes are full. The sequence ends
    /// with the outputs, after everything that the command wrote. A receiver that leaves earlier or cancels closes the
    /// pipes; a command that continues to write is ended by SIGPIPE, unless it ignores SIGPIPE and gets EPIPE. The
    /// outputs can be read once.
    /// </remarks>
    /// <param name="process">The command.</param>
    /// <param name="maximumLength">The maximum size in bytes of a part of a line, 4 or more, which also bounds the
    /// memory that a command can consume. A longer line is returned in several parts; see
    /// <see cref="OutputLine.IsContinued"/>. Default: 1 MiB.</param>
    /// <param name="cancellationToken">The token that ends the sequence with an
    /// <see cref="OperationCanceledException"/>. The command is not ended.</param>
    /// <exception cref="InvalidOperationException">Neither output is a pipe.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumLength"/> is less than 4.</exception>
    public static IAsyncEnumerable<OutputLine> ReadLinesAsync(
        this ISandboxProcess process, int maximumLength = 1 << 20, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, 4);
        return OutputReading.ReadAsync(Pipes(process), new LineSplitter(maximumLength), cancellationToken);
    }

    /// <summary>
    /// Reads standard output and standard error in chunks of bytes as they arrive; otherwise like
    /// <see cref="ReadLinesAsync"/>.
    /// </summary>
    /// <param name="process">The command.</param>
    /// <param name="cancellationToken">The token that ends the sequence with an
    /// <see cref="OperationCanceledException"/>. The command is not ended.</param>
    /// <exception cref="InvalidOperationException">Neither output is a pipe.</exception>
    public static IAsyncEnumerable<OutputChunk> ReadChunksAsync(
        this ISandboxProcess process, CancellationToken cancellationToken = default) =>
        OutputReading.ReadAsync(Pipes(process), new ChunkSplitter(), cancellationToken);

    /// <summary>
    /// Creates a reader of standard output, which must be <see cref="OutputTarget.Pipe"/>. Completing the reader closes
    /// the pipe. If standard error is also a pipe, read it concurrently: a command blocks when either pipe is full.
    /// </summary>
    /// <exception cref="InvalidOperationException">Standard output is not a pipe.</exception>
    public static PipeReader CreateOutputReader(this ISandboxProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return Reader(
            process.StandardOutput ?? throw new InvalidOperationException(
                Missing("Standard output", "StandardOutput = OutputTarget.Pipe")));
    }

    /// <summary>
    /// Creates a reader of standard error, which must be <see cref="OutputTarget.Pipe"/>; otherwise like
    /// <see cref="CreateOutputReader"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Standard error is not a pipe.</exception>
    public static PipeReader CreateErrorReader(this ISandboxProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return Reader(
            process.StandardError
            ?? throw new InvalidOperationException(Missing("Standard error", "StandardError = OutputTarget.Pipe")));
    }

    /// <summary>
    /// Creates a writer of standard input, which must be <see cref="InputSource.Pipe"/>. Flushing waits while the pipe
    /// is full, and throws an <see cref="IOException"/> once the command has ended or has closed its input. Completing
    /// the writer is the end of input.
    /// </summary>
    /// <exception cref="InvalidOperationException">Standard input is not a pipe.</exception>
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
