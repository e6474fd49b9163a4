using System.IO.Pipelines;

namespace Isolation.Testing;

/// <summary>Represents both ends of the three standard streams of a command.</summary>
internal sealed class FakeStreams
{
    private readonly List<Stream> _ownedByProgram = [];
    private readonly FakeOutputTotal _total;
    private readonly Action _exceeded;
    private readonly FakeOutputStream? _capturedOutput;
    private readonly FakeOutputStream? _capturedError;

    public FakeStreams(SandboxCommand command, Action exceeded)
    {
        if (command.Channel is not null)
        {
            (HostChannel, Stream program) = FakeChannel.Make();
            Channel = Own(program);
        }

        _total = new FakeOutputTotal(command.TotalOutput);
        _exceeded = exceeded;
        if (command.Terminal is { } terminal)
        {
            (Stream host, Stream program) = FakeChannel.Make();
            Terminal = new FakeTerminal(terminal, host);
            Input = Own(program);
            Output = Error = Limited(program, null);
            return;
        }

        try
        {
            Input = OpenInput(command.StandardInput);
            Output = OpenOutput(command.StandardOutput, out _capturedOutput, out Stream? outputReader);
            HostOutput = outputReader;
            if (command.StandardError is MergedOutput)
            {
                Error = Output;
            }
            else
            {
                Error = OpenOutput(command.StandardError, out _capturedError, out Stream? errorReader);
                HostError = errorReader;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            CloseProgramEnds();
            throw new SandboxException($"Cannot open a file on the host: {exception.Message}", exception)
            {
                Operation = "open-stream",
            };
        }
    }

    public Stream Input { get; }

    public Stream Output { get; }

    public Stream Error { get; }

    public Stream? HostInput { get; private set; }

    public Stream? HostOutput { get; }

    public Stream? HostError { get; }

    public Stream? Channel { get; }

    public Stream? HostChannel { get; }

    public FakeTerminal? Terminal { get; }

    public CapturedText CapturedOutput => _capturedOutput?.Read() ?? CapturedText.Empty;

    public CapturedText CapturedError => _capturedError?.Read() ?? CapturedText.Empty;

    /// <summary>Closes the program's ends, so that readers of its output reach the end.</summary>
    public void CloseProgramEnds()
    {
        foreach (Stream stream in _ownedByProgram)
        {
            stream.Dispose();
        }
    }

    private Stream OpenInput(InputSource source)
    {
        switch (source)
        {
            case BytesInput bytes:
                return new MemoryStream(bytes.Bytes.ToArray(), writable: false);
            case FileInput file:
                return Own(File.OpenRead(file.Path));
            case StreamInput stream:
                return stream.Stream;
            case PipeInput:
                Pipe pipe = new();
                HostInput = pipe.Writer.AsStream();
                return Own(pipe.Reader.AsStream());
            default:
                return Stream.Null;
        }
    }

    private Stream OpenOutput(OutputTarget target, out FakeOutputStream? captured, out Stream? reader)
    {
        captured = null;
        reader = null;
        switch (target)
        {
            case CapturedOutput limit:
                captured = Limited(new MemoryStream(), limit.Limit);
                return captured;
            case FileOutput file:
                return Own(File.Create(file.Path));
            case StreamOutput stream:
                return Limited(stream.Stream, stream.Limit);
            case PipeOutput:
                Pipe pipe = new();
                reader = pipe.Reader.AsStream();
                return Limited(Own(pipe.Writer.AsStream()), null);
            default:
                return Stream.Null;
        }
    }

    private FakeOutputStream Limited(Stream target, long? limit) => new(target, limit, _total, _exceeded);

    private Stream Own(Stream stream)
    {
        _ownedByProgram.Add(stream);
        return stream;
    }
}
