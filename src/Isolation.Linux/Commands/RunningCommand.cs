using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Seccomp.Supervision;
using Isolation.Linux.Steps;
using Isolation.Linux.Streams;

namespace Isolation.Linux.Commands;

/// <summary>
/// Represents a command from the sending of its program until all of its processes are gone. Its own process ends first
/// and decides the verdict. Then the processes left behind are killed, unless they may stay, and the result is
/// complete.
/// </summary>
internal sealed partial class RunningCommand : ISandboxProcess
{
    private readonly ICommandHost _sandbox;
    private readonly TaskCompletionSource<SandboxResult> _exited = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource? _started;
    private readonly TaskCompletionSource _mainExited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<ProgramStep> _steps = [];
    private readonly CommandDeadlines _deadlines;
    private SandboxResult? _ofMain;
    private TimeSpan _cpuTimeAtStart;
    private long _startedAt;
    private int _killReason = -1;
    private int _isOver;
    private int _isEnding;
    private int _isGroupRemoved;

    internal RunningCommand(
        ICommandHost sandbox, SandboxCommand command, CommandStreams streams, int entry, bool tellsStart)
    {
        _sandbox = sandbox;
        Command = command;
        Streams = streams;
        Entry = entry;
        _deadlines = new CommandDeadlines(this, sandbox.Deadlines, LookAtCpuTime, () => sandbox.FindStuckStart(this));
        _started = tellsStart ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
    }

    /// <summary>Gets the number of the command in its sandbox.</summary>
    public required long Number { get; init; }

    public SandboxCommand Command { get; }

    /// <summary>Gets a value indicating whether the library itself runs the command, which nobody else sees.</summary>
    internal bool IsInternal { get; init; }

    /// <summary>Gets a value indicating whether init has become the command.</summary>
    internal bool IsInPlace { get; init; }

    /// <summary>Gets a value indicating whether another application has started the command.</summary>
    internal bool IsAdopted { get; init; }

    /// <summary>
    /// Gets or sets a value indicating whether nobody needs the result any more. Guarded by the gate of the sandbox.
    /// </summary>
    internal bool IsCollected { get; set; }

    internal CommandStreams Streams { get; }

    internal int Entry { get; }

    /// <summary>Gets or sets the name of the reaper; null if the processes are children of init.</summary>
    internal string? ReaperName { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the reaper was killed early, so that init has adopted the processes.
    /// </summary>
    internal bool HasLostReaper { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the application killed the reaper, which was stopped and had no
    /// children.
    /// </summary>
    internal bool IsReaperGivenUp { get; set; }

    /// <summary>Gets or sets a value indicating whether new commands need a reaper until this one has ended.</summary>
    internal bool CountsAsEnder { get; set; }

    /// <summary>Gets the cgroup of the command; null if it has none.</summary>
    internal CommandCgroup? Group { get; init; }

    /// <summary>Gets the supervisor that answers the filter's requests; null if the filter makes none.</summary>
    internal SystemCallSupervisor? Supervisor { get; init; }

    /// <summary>Gets the measured CPU time.</summary>
    internal required CommandCpuTime CpuTime { get; init; }

    /// <summary>Gets the CPUs that were chosen for the command; null if it may use all, or names its own.</summary>
    internal ProcessorShare? Processors { get; init; }

    /// <summary>Gets whether the filter kills at some system call.</summary>
    internal bool FilterKills { get; init; }

    /// <summary>Gets whether the sandbox ends with the command, so that nothing else has to be killed.</summary>
    internal bool IsKilledAsAWhole { get; init; }

    /// <summary>Gets whether all descendants of init belong to the command.</summary>
    internal bool OwnsSandbox { get; init; }

    /// <summary>Gets a task that completes when the payload was executed, or fails if it could not be.</summary>
    internal Task Started => _started?.Task ?? Task.CompletedTask;

    /// <summary>Gets whether init reports the execution of the payload.</summary>
    internal bool TellsStart => _started is not null;

    /// <summary>Gets whether the payload is known to have been executed, or never will be.</summary>
    internal bool HasStarted => _startedAt != 0 || HasMainExited || Volatile.Read(ref _isOver) != 0;

    /// <summary>Gets a task that completes when the command's own process has ended, or never began.</summary>
    internal Task MainExited => _mainExited.Task;

    internal bool HasMainExited => MainExited.IsCompleted;

    /// <summary>Gets a task that completes when all processes of the command are gone.</summary>
    internal Task Gone => _gone.Task;

    internal bool IsGone => Gone.IsCompleted;

    internal Task<SandboxResult> Exited => _exited.Task;

    public int Id { get; private set; }

    public Stream? StandardInput => Command.StandardInput is PipeInput ? Streams.Input : null;

    public Stream? StandardOutput => Streams.Output;

    public Stream? StandardError => Streams.Error;

    public Stream? Channel => Streams.Channel;

    public ISandboxTerminal? Terminal => Streams.Terminal;

    internal void SetSteps(IReadOnlyList<ProgramStep> steps) => _steps = steps;

    /// <summary>Starts the time limit of the start, just before the program is sent.</summary>
    internal void BeginStart()
    {
        try
        {
            _deadlines.BeginStart();
        }
        catch (Exception exception)
        {
            throw new SandboxException(
                "Cannot limit the time of the command: the application's clock cannot create a timer.", exception);
        }
    }

    /// <summary>Stops all measurements.</summary>
    internal void EndDeadlines()
    {
        _deadlines.Dispose();
        CpuTime.Dispose();
        Processors?.Dispose();
    }

    /// <summary>Kills the command with all of its processes. The first reason is kept.</summary>
    internal void Kill(SandboxOutcome reason)
    {
        if (IsGone || Interlocked.CompareExchange(ref _killReason, (int)ReasonOf(reason), -1) != -1)
        {
            return;
        }

        _sandbox.End(this);
        if (_started is { Task.IsCompleted: false })
        {
            // Before its execution, a command that waits for an answer blocks init. Without a supervisor, it gets an
            // error.
            Supervisor?.Dispose();
        }
    }

    /// <summary>Gets a value indicating whether the processes of the command are being killed.</summary>
    internal bool IsEnding => Volatile.Read(ref _isEnding) != 0;

    /// <summary>Marks the command as being killed. Returns false if it already was.</summary>
    internal bool TryBeginEnding() => Interlocked.Exchange(ref _isEnding, 1) == 0;

    /// <summary>Marks the command as ended by the disposal of the sandbox, unless it has another reason.</summary>
    internal void MarkDisposed() => Interlocked.CompareExchange(ref _killReason, (int)SandboxOutcome.Canceled, -1);

    /// <summary>Handles the execution of the payload.</summary>
    /// <param name="id">The process id inside the sandbox.</param>
    /// <param name="cpuTime">The CPU time that the process used before.</param>
    /// <param name="elapsed">The time since the start.</param>
    internal void OnStarted(int id, TimeSpan cpuTime, TimeSpan elapsed = default)
    {
        Id = id;
        TimeProvider time = _sandbox.Time;
        _startedAt = Math.Max(1, time.GetTimestamp() - (long)(elapsed.TotalSeconds * time.TimestampFrequency));
        try
        {
            Streams.OnStarted();
        }
        catch (Exception exception)
        {
            // No caller has received the command, so no caller ends it.
            _started?.TrySetException(exception);
            _ = _started?.Task.Exception;
            Kill(SandboxOutcome.Canceled);
            return;
        }

        _deadlines.Begin(cpuTime, elapsed);
        _started?.TrySetResult();
    }

    /// <summary>
    /// Replaces a time-out that occurs while the process is already dying for lack of memory.
    /// </summary>
    private SandboxOutcome ReasonOf(SandboxOutcome reason) =>
        reason is SandboxOutcome.WallTimeExceeded or SandboxOutcome.CpuTimeExceeded && _sandbox.IsDyingOfMemory(this)
            ? SandboxOutcome.MemoryExceeded
            : reason;

    private TimeSpan LookAtCpuTime() => CpuTime.Look(_sandbox.ReadCpuTime(this));
}
