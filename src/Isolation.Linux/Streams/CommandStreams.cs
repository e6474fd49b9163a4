using Isolation.Linux.Interop;
using Isolation.Linux.Landlock;

namespace Isolation.Linux.Streams;

/// <summary>Holds both ends of the standard streams and further file descriptors of one command.</summary>
internal sealed partial class CommandStreams : IDisposable
{
    private static readonly object HasBegun = new();

    /// <summary>The time within which a stream of the application must complete a canceled read.</summary>
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

    /// <summary>The source that is copied to standard input.</summary>
    private Stream? _inputSource;

    /// <summary>
    /// Null at first; then the waiter, if one waits before copying starts; finally <see cref="HasBegun"/>.
    /// </summary>
    private object? _beginning;

    private CommandStreams(SandboxCommand command, Payload payload)
    {
        _command = command;
        _payload = payload;
        _total = new OutputTotal(command.TotalOutput);
    }

    /// <summary>Gets the file descriptors that are appended to the message to init.</summary>
    internal List<int> Passed => _passed;

    /// <summary>Gets the write end of standard input, if standard input is a pipe.</summary>
    internal Stream? Input { get; private set; }

    /// <summary>Gets the stream from which the application reads standard output.</summary>
    internal CommandPipeStream? Output { get; private set; }

    /// <summary>Gets the stream from which the application reads standard error.</summary>
    internal CommandPipeStream? Error { get; private set; }

    internal CapturedText CapturedOutput => _outputPump?.Captured ?? CapturedText.Empty;

    internal CapturedText CapturedError => _errorPump?.Captured ?? CapturedText.Empty;

    /// <summary>Gets whether the output exceeded its limit. Valid once the streams are finished.</summary>
    internal bool IsOutputExceeded { get; private set; }

    internal Stream? Channel { get; private set; }

    internal HostTerminal? Terminal { get; private set; }

    /// <summary>Opens all streams. Closes those already opened if one fails to open.</summary>
    /// <param name="command">The command.</param>
    /// <param name="payload">The payload that runs the command.</param>
    /// <param name="makesTerminals">Whether the sandbox creates terminals itself.</param>
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

    /// <summary>Gets the payload's descriptors, with positions counted from <paramref name="first"/>.</summary>
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
    /// Gets the streams to add to the Landlock rules, with positions counted from <paramref name="first"/>.
    /// </summary>
    internal StreamAccess[] Files(int first) => _files.Count == 0
        ? []
        : [.. _files.Select(file => file with { Position = file.Position + first })];

    /// <summary>Closes the application's copies of the payload's ends, after init has received them.</summary>
    internal void ClosePayloadEnds()
    {
        foreach (int descriptor in _owned)
        {
            Kernel.close(descriptor);
        }

        _owned.Clear();
    }

    /// <summary>Handles the execution of the payload.</summary>
    internal void OnStarted() => Terminal?.Receive();

    /// <summary>Starts copying. Calls <paramref name="exceeded"/> once if an output exceeds its limit.</summary>
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

            // Reading a stream may block the thread.
            _inputPump = Task.Run(() => CopyInputAsync(source, pipe, _inputEnd.Token));
        }

        MarkBegun();
    }

    /// <summary>Reads what the payload has written so far, and closes the application's ends.</summary>
    internal async ValueTask FinishAsync()
    {
        // A short command may end before the thread that started it reaches Start.
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
                // A read that cannot be canceled, for example of a terminal, must not delay a command that has ended.
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

    /// <summary>Closes all streams if nothing was started.</summary>
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

    /// <summary>Closes the input file. Streams of the application stay open.</summary>
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
        // It is not an error if the payload does not read its input or closes it, or if the command ends.
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
