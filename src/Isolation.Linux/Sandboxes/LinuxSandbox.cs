using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Isolation.Linux.Cgroups;
using Isolation.Linux.Commands;
using Isolation.Linux.Events;
using Isolation.Linux.FileSystem.Transfer;
using Isolation.Linux.Init;
using Isolation.Linux.Parts;
using Isolation.Linux.Plans;
using Isolation.Linux.Seccomp;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.State;

namespace Isolation.Linux.Sandboxes;

/// <summary>Represents a sandbox: one init, its connection, and the commands that run in it.</summary>
internal sealed partial class LinuxSandbox : ISandbox, ICommandHost, ICommandRunner
{
    private readonly SandboxPlan _plan;
    private readonly SandboxPreparation _preparation;
    private readonly InitConnection _connection;
    private readonly Lock _gate = new();

    /// <summary>
    /// Held while a program is sent, which may wait for init; <see cref="_gate"/> is never held then. Init may in turn
    /// wait until its messages are received, which requires only <see cref="_gate"/>.
    /// </summary>
    private readonly Lock _sending = new();

    /// <summary>
    /// Serializes the starts of commands. Waiting callers block no thread: otherwise, many of them could leave no
    /// thread to receive init's messages, for which init waits.
    /// </summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    private readonly CommandSlots _entries = new();

    /// <summary>The number of commands so far; guarded by <see cref="_gate"/>.</summary>
    private long _commands;

    private readonly byte[] _message;
    private readonly TaskCompletionSource<SandboxReport> _ready = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _receiving = Task.CompletedTask;
    private TimeSpan? _clockOffset;
    private bool _isDisposed;

    private LinuxSandbox(
        SandboxSpecification specification, SandboxPlan plan, InitProcess process, SandboxPreparation preparation,
        DeadlineQueue deadlines, DetachedRecord? record)
    {
        _preparation = preparation;
        _groups = preparation.Cgroups;
        Specification = specification;
        Limits = specification.Limits;
        _plan = plan;
        _connection = new InitConnection(process);
        _ender = new CommandEnder(plan, _connection, _entries, _gate, _sending, _groups);
        _message = new byte[Math.Max(Marshal.SizeOf<ExitReport>(), 8 + (16 * plan.SkippableSteps))];
        Deadlines = deadlines;
        Id = preparation.Id;
        _record = record;
    }

    public string Id { get; }

    public SandboxSpecification Specification { get; }

    public SandboxReport Report { get; private set; } = new();

    public ImmutableArray<ISandboxProcess> Processes
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.All.Where(static command => command is { IsInternal: false, IsCollected: false })
                    .OrderBy(static command => command.Number)];
            }
        }
    }

    public int ProcessId => _connection.ProcessId;

    public Task Ended => _receiving;

    public TimeProvider Time => Deadlines.Time;

    public DeadlineQueue Deadlines { get; }

    public async Task<ISandboxProcess> StartAsync(SandboxCommand command, CancellationToken cancellationToken = default)
    {
        command.Validate(Specification);
        RunningCommand running = await BeginAsync(command, CommandOptions.ReportStart, cancellationToken)
            .ConfigureAwait(false);
        CancellationTokenRegistration cancellation = Register(running, cancellationToken);
        try
        {
            await running.Started.ConfigureAwait(false);
        }
        catch
        {
            Collect(running);
            throw;
        }
        finally
        {
            await cancellation.DisposeAsync().ConfigureAwait(false);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            await running.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return running;
    }

    public async Task<SandboxResult> RunAsync(SandboxCommand command, CancellationToken cancellationToken = default)
    {
        command.ValidateForRun(Specification);
        RunningCommand running = await BeginAsync(command, CommandOptions.None, cancellationToken)
            .ConfigureAwait(false);
        using CancellationTokenRegistration cancellation = Register(running, cancellationToken);
        try
        {
            return await running.Exited.ConfigureAwait(false) with { Report = Report };
        }
        finally
        {
            Collect(running);
        }
    }

    /// <summary>Gets the report of a sandbox that ends with its command. Its init reports only skipped steps.</summary>
    private SandboxReport ReportOfRun() =>
        Complete(_ready.Task.IsCompletedSuccessfully ? _ready.Task.Result : SandboxReports.Read(_plan, default));

    private SandboxReport Complete(SandboxReport report) =>
        _preparation.NotApplied.IsEmpty
            ? report
            : report with
            {
                NotApplied = report.NotApplied.AddRange(_preparation.NotApplied),
                // A hierarchy that was only preferred may have refused the cgroup.
                Policy = report.Policy with
                {
                    Limits = CgroupPart.Describe(_preparation.Cgroups?.Hierarchies ?? []),
                },
            };

    private static CompiledFilter? FilterOf(SandboxCommand command, SandboxPlan plan)
    {
        SystemCallObservation observation = command.SystemCallSupervision?.Observation ?? SystemCallObservation.None;
        return command.SystemCalls is null && observation == SystemCallObservation.None
            ? plan.Filter
            : FilterCache.Get(command.SystemCalls ?? plan.SystemCalls, observation);
    }

    private static SandboxCommand WithChannelNumber(SandboxCommand command) => command.Channel is { } channel
        ? command with
        {
            Environment = command.Environment.Add(
                CommandChannel.EnvironmentVariable, channel.Descriptor.ToString(CultureInfo.InvariantCulture)),
        }
        : command;

    private static CancellationTokenRegistration Register(
        RunningCommand running, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(
            static state => ((RunningCommand)state!).Kill(SandboxOutcome.Canceled), running);
}
