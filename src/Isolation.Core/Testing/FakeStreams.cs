using System.IO.Pipelines;

namespace Isolation;

/// <summary>Both ends of the three standard streams of a command.</summary>
internal sealed class FakeStreams
{
    private readonly List<Stream> _ownedByProgram = [];
    private readonly FakeOutputStream? _capturedOutput;
    private readonly FakeOutputStream? _capturedError;

    public FakeStreams(SandboxCommand command, Action exceeded)
    {
        if (command.Channel is not null)
        {
            (HostChannel, Stream program) = FakeChannel.Make();
            Channel = Own(program);
        }

        try
        {
            Input = OpenInput(command.StandardInput);
            Output = OpenOutput(command.StandardOutput, exceeded, out _capturedOutput, out Stream? outputReader);
            HostOutput = outputReader;
            if (command.StandardError is MergedOutput)
            {
                Error = Output;
            }
            else
            {
                Error = OpenOutput(command.StandardError, exceeded, out _capturedError, out Stream? errorReader);
                HostError = errorReader;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            CloseProgramEnds();
            throw new SandboxException($"Cannot open a file of the host: {exception.Message}", exception);
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

    public CapturedText CapturedOutput => _capturedOutput?.Read() ?? CapturedText.Empty;

    public CapturedText CapturedError => _capturedError?.Read() ?? CapturedText.Empty;

    /// <summary>The end of a program closes its ends: who reads its output comes to an end.</summary>
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

    private Stream OpenOutput(OutputTarget target, Action exceeded, out FakeOutputStream? captured, out Stream? reader)
    {
        captured = null;
        reader = null;
        switch (target)
        {
            case CapturedOutput limit:
                captured = new FakeOutputStream(limit.Limit, exceeded);
                return captured;
            case FileOutput file:
                return Own(File.Create(file.Path));
            case StreamOutput stream:
                return stream.Stream;
            case PipeOutput:
                Pipe pipe = new();
                reader = pipe.Reader.AsStream();
                return Own(pipe.Writer.AsStream());
            default:
                return Stream.Null;
        }
    }

    private Stream Own(Stream stream)
    {
        _ownedByProgram.Add(stream);
        return stream;
    }
}
