namespace Isolation;

/// <summary>Where an output of a command goes.</summary>
public abstract record OutputTarget
{
    private protected OutputTarget()
    {
    }

    /// <summary>Nowhere (<c>/dev/null</c>).</summary>
    public static OutputTarget Null { get; } = new NullOutput();

    /// <summary>To the same output of the host process.</summary>
    public static OutputTarget Inherit { get; } = new InheritedOutput();

    /// <summary>
    /// A pipe that the application reads, see <see cref="ISandboxProcess.StandardOutput"/> and
    /// <see cref="ISandboxProcess.StandardError"/>. The command waits while the pipe is full, so both have to be read
    /// where both are pipes.
    /// </summary>
    public static OutputTarget Pipe { get; } = new PipeOutput();

    /// <summary>Standard error goes where standard output goes. Not allowed for standard output itself.</summary>
    public static OutputTarget SameAsStandardOutput { get; } = new MergedOutput();

    /// <summary>
    /// Into memory, see <see cref="SandboxResult.StandardOutput"/>. A command that writes more than
    /// <paramref name="limit"/> bytes is killed (<see cref="SandboxOutcome.OutputExceeded"/>). Default: 16 MiB.
    /// </summary>
    public static OutputTarget Capture(int limit = 16 << 20) => limit == DefaultCapture.Limit
        ? DefaultCapture
        : new CapturedOutput(limit);

    /// <summary>
    /// A file of the host by its absolute path, made or emptied by the host. No part of the path may be a symbolic
    /// link: an earlier command may have left it. A named pipe that nobody reads is an error.
    /// </summary>
    /// <remarks>
    /// The host writes to a regular file: the command gets a pipe. A command that writes more than its <see
    /// cref="LimitedResource.FileSize"/> or its
    /// <see cref="SandboxCommand.TotalOutput"/> is killed (<see cref="SandboxOutcome.OutputExceeded"/>).
    /// </remarks>
    public static OutputTarget ToFile(string path) => new FileOutput(path);

    /// <summary>A stream that the output is copied to while it comes. It is not closed.</summary>
    public static OutputTarget ToStream(Stream stream) => new StreamOutput(stream);

    /// <summary>
    /// A stream that at most <paramref name="limit"/> bytes of the output are copied to while they come. It is not
    /// closed. A command that
    /// writes more is killed (<see cref="SandboxOutcome.OutputExceeded"/>).
    /// </summary>
    public static OutputTarget ToStream(Stream stream, long limit) => new StreamOutput(stream) { Limit = limit };

    private static CapturedOutput DefaultCapture { get; } = new(16 << 20);
}
