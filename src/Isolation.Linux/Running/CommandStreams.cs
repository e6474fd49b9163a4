using System.IO.Pipes;
using Isolation.Linux.Identity;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Running;

/// <summary>The standard streams and further descriptors of one command: the payload's ends, and the host's.</summary>
internal sealed class CommandStreams : IDisposable
{
    /// <summary>A pipe takes this much without a reader unless the user has too many pipes already.</summary>
    private const int PipeCapacity = 64 << 10;

    private static readonly object HasBegun = new();

    /// <summary>How long a stream of the application may take to give up a read that was canceled.</summary>
    private static readonly TimeSpan InputPatience = TimeSpan.FromMilliseconds(250);

    private readonly SandboxCommand _command;
    private readonly HostOwner? _owner;
    private readonly List<int> _passed = new(3);
    private readonly List<int> _owned = [];
    private readonly List<PassedDescriptor> _descriptors = new(3);
    private Task? _inputPump;
    private CancellationTokenSource? _inputEnd;

    /// <summary>Null, then what waits for the start of the copying, if it came first, then <see cref="HasBegun"/>.</summary>
    private object? _beginning;

    private CommandStreams(SandboxCommand command, HostOwner? owner)
    {
        _command = command;
        _owner = owner;
    }

    /// <summary>What the message to init carries, after what else it carries.</summary>
    internal List<int> Passed => _passed;

    internal Stream? Input { get; private set; }

    internal OutputPump? Output { get; private set; }

    internal OutputPump? Error { get; private set; }

    internal Stream? Channel { get; private set; }

    /// <summary>Opens everything. What was opened is closed again if something cannot be.</summary>
    /// <param name="command">The command.</param>
    /// <param name="owner">The payload as the host sees it, where that is another than the host itself.</param>
    internal static CommandStreams Open(SandboxCommand command, HostOwner? owner)
    {
        CommandStreams streams = new(command, owner);
        try
        {
            streams.OpenInput();
            streams.Output = streams.OpenOutput(command.StandardOutput, 1);
            streams.Error = command.StandardError is MergedOutput ? streams.Merge() : streams.OpenOutput(command.StandardError, 2);
            foreach ((int number, System.Runtime.InteropServices.SafeHandle handle) in command.Descriptors)
            {
                streams.Pass(number, (int)handle.DangerousGetHandle());
            }

            if (command.Channel is { } channel)
            {
                streams.Channel = ChannelSocket.Open(out int payloadEnd);
                streams.PassOwned(channel.Descriptor, payloadEnd);
            }

            return streams;
        }
        catch
        {
            streams.Dispose();
            throw;
        }
    }

    /// <summary>The payload's descriptors, with their positions counted from <paramref name="first"/>.</summary>
    internal PassedDescriptor[] Descriptors(int first)
    {
        PassedDescriptor[] shifted = new PassedDescriptor[_descriptors.Count];
        for (int i = 0; i < shifted.Length; i++)
        {
            shifted[i] = _descriptors[i] with { Position = _descriptors[i].Position + first };
        }

        return shifted;
    }

    /// <summary>Closes the payload's ends in the host, once init has them.</summary>
    internal void ClosePayloadEnds()
    {
        foreach (int descriptor in _owned)
        {
            Kernel.close(descriptor);
        }

        _owned.Clear();
    }

    /// <summary>Begins to copy. <paramref name="exceeded"/> is called once when an output is larger than allowed.</summary>
    internal void Start(Action exceeded)
    {
        Output?.Start(exceeded);
        Error?.Start(exceeded);
        if (_command.StandardInput is StreamInput source && Input is { } pipe)
        {
            _inputEnd = new CancellationTokenSource();

            // A stream may block the thread that reads it.
            _inputPump = Task.Run(() => CopyInputAsync(source.Stream, pipe, _inputEnd.Token));
        }

        MarkBegun();
    }

    /// <summary>Takes in what the payload has written by now, and closes the host's ends.</summary>
    internal async ValueTask FinishAsync()
    {
        // A short command may have ended before the thread that started it got to Start.
        if (Volatile.Read(ref _beginning) != HasBegun)
        {
            TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.CompareExchange(ref _beginning, begun, null) is null)
            {
                await begun.Task.ConfigureAwait(false);
            }
        }

        if (_inputPump is { } pump)
        {
            await _inputEnd!.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(pump, Task.Delay(InputPatience)).ConfigureAwait(false);
            if (pump.IsCompleted)
            {
                await pump.ConfigureAwait(false);
                _inputEnd.Dispose();
            }
            else
            {
                // A read that cannot be canceled, as of a terminal, does not hold up a command that has ended.
                await Input!.DisposeAsync().ConfigureAwait(false);
            }
        }

        try
        {
            if (Output is { } output)
            {
                await output.FinishAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            if (Error is { } error)
            {
                await error.FinishAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Closes everything, where nothing was started.</summary>
    public void Dispose()
    {
        ClosePayloadEnds();
        Input?.Dispose();
        Output?.Dispose();
        Error?.Dispose();
        Channel?.Dispose();
        _inputEnd?.Dispose();
        MarkBegun();
    }

    private void MarkBegun() => (Interlocked.Exchange(ref _beginning, HasBegun) as TaskCompletionSource)?.TrySetResult();

    private static async Task CopyInputAsync(Stream source, Stream pipe, CancellationToken end)
    {
        // A payload that does not read, or closes its input, is no error; nor is the end of the command.
        try
        {
            await source.CopyToAsync(pipe, end).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
        finally
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Pass(int number, int descriptor)
    {
        int position = _passed.IndexOf(descriptor);
        if (position < 0)
        {
            position = _passed.Count;
            _passed.Add(descriptor);
        }

        _descriptors.Add(new PassedDescriptor(number, position));
    }

    private void PassOwned(int number, int descriptor)
    {
        _owned.Add(descriptor);
        Pass(number, descriptor);
    }

    private void OpenInput()
    {
        switch (_command.StandardInput)
        {
            case NullInput:
                Pass(0, NullDevice.Descriptor);
                break;
            case InheritedInput:
                Pass(0, 0);
                break;
            case FileInput file:
                PassOwned(0, HostFile.Open(file.Path, Kernel.ORdonly));
                break;
            case BytesInput bytes:
                PassOwned(0, Hold(bytes.Bytes.Span));
                GiveToPayload(_owned[^1]);
                break;
            case StreamInput or PipeInput:
                Errors.Check(Kernel.pipe2(out int reader, out int writer, Kernel.OCloexec), "make a pipe for standard input", null);
                PassOwned(0, reader);
                GiveToPayload(reader);
                Input = new AnonymousPipeClientStream(PipeDirection.Out, new SafePipeHandle(writer, true));
                break;
        }
    }

    private OutputPump? OpenOutput(OutputTarget target, int number)
    {
        switch (target)
        {
            case NullOutput:
                Pass(number, NullDevice.Descriptor);
                return null;
            case InheritedOutput:
                Pass(number, number);
                return null;
            case FileOutput file:
                PassOwned(number, HostFile.Open(file.Path, Kernel.OWronly | Kernel.OCreat | Kernel.OTrunc));
                return null;
            default:
                Errors.Check(Kernel.pipe2(out int reader, out int writer, Kernel.OCloexec), "make a pipe for the output", null);
                PassOwned(number, writer);
                GiveToPayload(writer);
                return new OutputPump(reader, target);
        }
    }

    /// <summary>Who does not own a pipe cannot open it again by a name such as /dev/stdout, which many programs do.</summary>
    private void GiveToPayload(int descriptor)
    {
        if (_owner is { } owner)
        {
            Kernel.fchown(descriptor, owner.User, owner.Group);
        }
    }

    private OutputPump? Merge()
    {
        int position = _descriptors.Find(descriptor => descriptor.Number == 1).Position;
        _descriptors.Add(new PassedDescriptor(2, position));
        return null;
    }

    /// <summary>A descriptor from which the bytes can be read, with nobody left to write them.</summary>
    private static int Hold(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= PipeCapacity)
        {
            Errors.Check(Kernel.pipe2(out int reader, out int writer, Kernel.OCloexec | Kernel.ONonblock), "make a pipe for standard input", null);
            long written = Kernel.write(writer, bytes);
            Kernel.close(writer);
            if (written == bytes.Length && Kernel.fcntl(reader, Kernel.FSetfl, 0) >= 0)
            {
                return reader;
            }

            Kernel.close(reader);
        }

        return MemoryFile.Create("standard input", bytes);
    }
}
