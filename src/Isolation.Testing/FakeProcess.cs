namespace Isolation.Testing;

/// <summary>Represents a running <see cref="FakeProgram"/>.</summary>
internal sealed class FakeProcess : ISandboxProcess
{
    /// <summary>The id of the first process of a sandbox.</summary>
    public const int FirstId = 2;

    // The maximum due time of a timer. A longer limit has no effect.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly FakeStreams _streams;
    private readonly FakeProgramContext _context;
    private readonly CancellationTokenSource _killed = new();
    private readonly TaskCompletionSource<SandboxResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private bool _isStopping;
    private bool _hasEnded;
    private ITimer? _wallTimer;

    public FakeProcess(int id, SandboxCommand command, TimeProvider time)
    {
        Id = id;
        Number = id - FirstId + 1;
        Command = command;
        _time = time;
        _started = time.GetTimestamp();
        _streams = new FakeStreams(command, () => End(FakeExit.Killed(SandboxOutcome.OutputExceeded)));
        _context = new FakeProgramContext(command, _streams, time);
        if (_streams.Terminal is { } terminal)
        {
            terminal.Resized = () => _ = SendSignalAsync(UnixSignal.SIGWINCH);
        }
    }

    public int Id { get; }

    public long Number { get; }

    public SandboxCommand Command { get; }

    /// <summary>
    /// Gets a value indicating whether the process was disposed of, and its result is no longer needed.
    /// </summary>
    public bool IsCollected { get; private set; }

    public bool HasEnded => _end.Task.IsCompleted;

    public Stream? StandardInput => _streams.HostInput;

    public Stream? StandardOutput => _streams.HostOutput;

    public Stream? StandardError => _streams.HostError;

    public Stream? Channel => _streams.HostChannel;

    public ISandboxTerminal? Terminal => _streams.Terminal;

    public void Start(FakeProgram program)
    {
        if (_context.Command.WallTime is TimeSpan limit && limit <= LongestTimer)
        {
            _wallTimer = _time.CreateTimer(
                _ => End(FakeExit.Killed(SandboxOutcome.WallTimeExceeded)), null, limit, Timeout.InfiniteTimeSpan);
        }

        _ = RunAsync(program);
    }

    public Task<SandboxResult> WaitForExitAsync(CancellationToken cancellationToken = default) =>
        _end.Task.WaitAsync(cancellationToken);

    public Task SendSignalAsync(UnixSignal signal, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool isHandled = signal is not (UnixSignal.SIGKILL or UnixSignal.SIGSTOP)
            && _context.SignalHandler?.Invoke(signal) == true;
        if (!isHandled && EndsProgram(signal))
        {
            // A program that the application stops is canceled, no matter which signal ends it.
            SandboxOutcome outcome = _isStopping ? SandboxOutcome.Canceled : SandboxOutcome.Signaled;
            End(new FakeExit { Outcome = outcome, Signal = signal });
        }

        return Task.CompletedTask;
    }

    public Task<SandboxResult> KillAsync(CancellationToken cancellationToken = default)
    {
        End(FakeExit.Killed(SandboxOutcome.Canceled));
        return WaitForExitAsync(cancellationToken);
    }

    public async Task<SandboxResult> StopAsync(TimeSpan grace, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        _isStopping = true;
        await SendSignalAsync(UnixSignal.SIGTERM, cancellationToken).ConfigureAwait(false);
        try
        {
            return await _end.Task.WaitAsync(grace < LongestTimer ? grace : LongestTimer, _time, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return await KillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        IsCollected = true;
        End(FakeExit.Killed(SandboxOutcome.Canceled));
        await ((Task)_end.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        StandardInput?.Dispose();
        StandardOutput?.Dispose();
        StandardError?.Dispose();
        Channel?.Dispose();
        Terminal?.Stream.Dispose();
    }

    // SIGCHLD, SIGCONT, SIGURG and SIGWINCH are ignored by default, and the four stop signals do not end a program.
    private static bool EndsProgram(UnixSignal signal) => signal is not (
        UnixSignal.SIGCHLD or UnixSignal.SIGCONT or UnixSignal.SIGURG or UnixSignal.SIGWINCH
        or UnixSignal.SIGSTOP or UnixSignal.SIGTSTP or UnixSignal.SIGTTIN or UnixSignal.SIGTTOU);

    private async Task RunAsync(FakeProgram program)
    {
        try
        {
            FakeExit exit = await program(_context, _killed.Token).ConfigureAwait(false);
            End(_isStopping ? exit with { Outcome = SandboxOutcome.Canceled } : exit);
        }
        catch (OperationCanceledException) when (_killed.IsCancellationRequested)
        {
            // The result was set by the code that killed the program.
        }
        catch (Exception exception)
        {
            // The test's program has a bug; report it to everyone who waits for the end.
            Finish(() => _end.TrySetException(exception));
        }
    }

    private void End(FakeExit exit) =>
        Finish(() => _end.TrySetResult(new SandboxResult
        {
            Outcome = exit.Outcome is SandboxOutcome.Completed or SandboxOutcome.Signaled
                && exit.UserCpuTime + exit.SystemCpuTime > _context.Command.CpuTime
                ? SandboxOutcome.CpuTimeExceeded
                : exit.Outcome,
            ExitCode = exit.ExitCode,
            Signal = exit.Signal,
            WallTime = _time.GetElapsedTime(_started),
            UserCpuTime = exit.UserCpuTime,
            SystemCpuTime = exit.SystemCpuTime,
            PeakMemory = exit.PeakMemory,
            Usage = exit.Usage,
            StandardOutput = _streams.CapturedOutput,
            StandardError = _streams.CapturedError,
        }));

    private void Finish(Action tell)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasEnded = true;
        }

        _wallTimer?.Dispose();
        _streams.CloseProgramEnds();
        tell();
        _killed.Cancel();
    }
}
