using System.Globalization;
using System.Text;

namespace Isolation;

/// <summary>Represents the target of an output stream of a command.</summary>
public abstract record OutputTarget
{
    private protected OutputTarget()
    {
    }

    /// <summary>Gets a target that discards the output (<c>/dev/null</c>).</summary>
    public static OutputTarget Null { get; } = new NullOutput();

    /// <summary>Gets the same output stream of the application.</summary>
    public static OutputTarget Inherit { get; } = new InheritedOutput();

    /// <summary>
    /// Gets a pipe that the application reads; see <see cref="ISandboxProcess.StandardOutput"/> and
    /// <see cref="ISandboxProcess.StandardError"/>. The command blocks while the pipe is full. If both outputs are
    /// pipes, the application must read both.
    /// </summary>
    public static OutputTarget Pipe { get; } = new PipeOutput();

    /// <summary>Gets the target of standard output. Valid for standard error only.</summary>
    public static OutputTarget SameAsStandardOutput { get; } = new MergedOutput();

    /// <summary>
    /// Captures the output in memory; see <see cref="SandboxResult.StandardOutput"/>. A command that writes more than
    /// <paramref name="limit"/> bytes is killed (<see cref="SandboxOutcome.OutputExceeded"/>). Default: 16 MiB.
    /// </summary>
    public static OutputTarget Capture(long limit = 16 << 20) => limit == DefaultCapture.Limit
        ? DefaultCapture
        : new CapturedOutput(limit);

    /// <summary>
    /// Writes the output to a file of the host, which the application creates or truncates. The path must be absolute,
    /// and no part of it may be a symbolic link, because an earlier command may have created the link. A named pipe
    /// without a reader is an error.
    /// </summary>
    /// <remarks>
    /// The application writes to a regular file: the command gets a pipe. A command that writes more than its
    /// <see cref="LimitedResource.FileSize"/> or its <see cref="SandboxCommand.TotalOutput"/> is killed
    /// (<see cref="SandboxOutcome.OutputExceeded"/>).
    /// </remarks>
    public static OutputTarget ToFile(string path) => new FileOutput(path);

    /// <summary>Copies the output to a stream as it is written. The stream is not closed.</summary>
    public static OutputTarget ToStream(Stream stream) => new StreamOutput(stream);

    /// <summary>
    /// Copies at most <paramref name="limit"/> bytes of the output to a stream as they are written. The stream is not
    /// closed. A command that writes more is killed (<see cref="SandboxOutcome.OutputExceeded"/>).
    /// </summary>
    public static OutputTarget ToStream(Stream stream, long limit) => new StreamOutput(stream) { Limit = limit };

    /// <summary>
    /// Writes the output, decoded as UTF-8, to a text writer as it is written. The writer is used by one thread at a
    /// time, flushed at the end and not closed. Invalid bytes become U+FFFD.
    /// </summary>
    public static OutputTarget ToText(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return new StreamOutput(new TextWriterStream(writer));
    }

    /// <summary>
    /// Writes at most <paramref name="limit"/> bytes of the output, decoded as UTF-8, to a text writer. A command that
    /// writes more is killed (<see cref="SandboxOutcome.OutputExceeded"/>).
    /// </summary>
    public static OutputTarget ToText(TextWriter writer, long limit)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return new StreamOutput(new TextWriterStream(writer)) { Limit = limit };
    }

    /// <summary>
    /// Appends the output, decoded as UTF-8, to a string builder. Read the builder when the command has ended.
    /// </summary>
    public static OutputTarget ToText(StringBuilder text) =>
        ToText(new StringWriter(text, CultureInfo.InvariantCulture));

    /// <summary>
    /// Appends at most <paramref name="limit"/> bytes of the output, decoded as UTF-8, to a string builder. A command
    /// that writes more is killed (<see cref="SandboxOutcome.OutputExceeded"/>).
    /// </summary>
    public static OutputTarget ToText(StringBuilder text, long limit) =>
        ToText(new StringWriter(text, CultureInfo.InvariantCulture), limit);

    /// <summary>Passes each line of the output, decoded as UTF-8 and without its end, to a delegate.</summary>
    /// <param name="line">
    /// The delegate. It is called by one thread at a time; the command waits while it runs and the pipe is full. An
    /// exception ends the command and is thrown where the result is awaited.
    /// </param>
    public static OutputTarget ToLines(Action<string> line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return ToText(new LineWriter(line));
    }

    /// <summary>
    /// Passes each line of at most <paramref name="limit"/> bytes of the output to a delegate. A command that writes
    /// more is killed (<see cref="SandboxOutcome.OutputExceeded"/>).
    /// </summary>
    public static OutputTarget ToLines(Action<string> line, long limit)
    {
        ArgumentNullException.ThrowIfNull(line);
        return ToText(new LineWriter(line), limit);
    }

    private static CapturedOutput DefaultCapture { get; } = new(16 << 20);
}
