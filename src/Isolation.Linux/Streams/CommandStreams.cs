using Isolation.Linux.Interop;
using Isolation.Linux.Landlock;

namespace Isolation.Linux.Streams;

/// <summary>The standard streams and further descriptors of one command: the payload's ends, and the host's.</summary>
internal sealed partial class CommandStreams : IDisposable
{
    private static readonly object HasBegun = new();

    /// <summary>How long a stream of the application may take to give up a read that was canceled.</summary>
    private static readonly TimeSpan InputPatience = TimeSpan.FromMilliseconds(250);

    private readonly SandboxCommand _command;
    private readonly Payload _payload;
    private readonly List<int> _passed = new(3);
    private readonly List<int> _owned = [];
    private readonly List<PassedDescriptor> _descriptors = new(3);
    private readonly List<StreamAccess> _files = [];
    private readonly OutputTotal _total;
    private OutputPump? _outputPump;
    private OutputPump? _errorPump;
    private Task? _inputPump;
    private CancellationTokenSource? _inputEnd;

    /// <summary>What is copied to standard input.</summary>
    private Stream? _inputSource;

    /// <summary>
    /// Null, then what waits for the start of the copying, if it came first, then <see cref="HasBegun"/>.
    /// </summary>
    private object? _beginning;

    private CommandStreams(SandboxCommand command, Payload payload)
    {
        _command = command;
        _payload = payload;
        _total = new OutputTotal(command.TotalOutput);
    }

    /// <summary>What the message to init carries, after what else it carries.</summary>
    internal List<int> Passed => _passed;

    /// <summary>The write end of standard input, where it is a pipe.</summary>
    internal Stream? Input { get; private set; }

    /// <summary>What the application reads of standard output.</summary>
    internal CommandPipeStream? Output { get; private set; }

    /// <summary>What the application reads of standard error.</summary>
    internal CommandPipeStream? Error { get; private set; }

    internal CapturedText CapturedOutput => _outputPump?.Captured ?? CapturedText.Empty;

    internal CapturedText CapturedError => _errorPump?.Captured ?? CapturedText.Empty;

    /// <summary>Whether there was more output than is allowed; known when it is finished.</summary>
    internal bool IsOutputExceeded { get; private set; }

    internal Stream? Channel { get; private set; }

    internal HostTerminal? Terminal { get; private set; }

    /// <summary>Opens everything. What was opened is closed again if something cannot be.</summary>
    /// <param name="command">The command.</param>
    /// <param name="payload">Who runs it.</param>
    /// <param name="makesTerminals">Whether the sandbox itself makes terminals.</param>
    internal static CommandStreams Open(SandboxCommand command, Payload payload, bool makesTerminals)
    {
        CommandStreams streams = new(command, payload);
        try
        {
            if (command.Terminal is { } terminal)
            {
                streams.OpenTerminal(terminal, makesTerminals);
            }
            else
            {
                streams.OpenInput();
                (streams.Output, streams._outputPump) = streams.OpenOutput(command.StandardOutput, 1);
                (streams.Error, streams._errorPump) = command.StandardError is MergedOutput
                    ? streams.Merge()
                    : streams.OpenOutput(command.StandardError, 2);
            }

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

    /// <summary>
    /// The streams that Landlock has to be told of, with their positions counted from <paramref name="first"/>.
    /// </summary>
    internal StreamAccess[] Files(int first) => _files.Count == 0
        ? []
        : [.. _files.Select(file => file with { Position = file.Position + first })];

    /// <summary>Closes the payload's ends in the host, once init has them.</summary>
    internal void ClosePayloadEnds()
    {
        foreach (int descriptor in _owned)
        {
            Kernel.close(descriptor);
        }

        _owned.Clear();
    }

    /// <summary>The payload was executed.</summary>
    internal void OnStarted() => Terminal?.Receive();

    /// <summary>
    /// Begins to copy. <paramref name="exceeded"/> is called once when an output is larger than allowed.
    /// </summary>
    internal void Start(Action exceeded)
    {
        Output?.Start(exceeded);
        Error?.Start(exceeded);
        Terminal?.Start(exceeded);
        _outputPump?.Start(exceeded);
        _errorPump?.Start(exceeded);
        if (_inputSource is { } source && Input is { } pipe)
        {
            _inputEnd = new CancellationTokenSource();

            // A stream may block the thread that reads it.
            _inputPump = Task.Run(() => CopyInputAsync(source, pipe, _inputEnd.Token));
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

        CloseInputFile();

        foreach (CommandPipeStream? live in (ReadOnlySpan<CommandPipeStream?>)[Input as CommandPipeStream, Output,
            Error, Terminal?.Live])
        {
            live?.End();
        }

        try
        {
            if (_outputPump is { } output)
            {
                await output.FinishAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            if (_errorPump is { } error)
            {
                await error.FinishAsync().ConfigureAwait(false);
            }
        }

        IsOutputExceeded = _outputPump is { IsExceeded: true } || _errorPump is { IsExceeded: true }
            || (_command.TotalOutput is not null && _total.IsExceededBy(
                (Output?.Waiting ?? 0) + (Error?.Waiting ?? 0) + (Terminal?.Live?.Waiting ?? 0)));
    }

    /// <summary>Closes everything, where nothing was started.</summary>
    public void Dispose()
    {
        ClosePayloadEnds();
        Input?.Dispose();
        Output?.Dispose();
        Error?.Dispose();
        Channel?.Dispose();
        Terminal?.Dispose();
        _outputPump?.Dispose();
        _errorPump?.Dispose();
        _inputEnd?.Dispose();
        CloseInputFile();
        MarkBegun();
    }

    /// <summary>A stream of the application stays open.</summary>
    private void CloseInputFile()
    {
        if (_command.StandardInput is FileInput)
        {
            _inputSource?.Dispose();
        }
    }

    private void MarkBegun() =>
        (Interlocked.Exchange(ref _beginning, HasBegun) as TaskCompletionSource)?.TrySetResult();

    private static async Task CopyInputAsync(Stream source, Stream pipe, CancellationToken end)
    {
        // A payload that does not read, or closes its input, is no error; nor is the end of the command.
        try
        {
            await source.CopyToAsync(pipe, end).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
        finally
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
        }
    }
}
