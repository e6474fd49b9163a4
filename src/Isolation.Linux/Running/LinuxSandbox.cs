using System.Runtime.InteropServices;
using Isolation.Linux.Launching;
using Isolation.Linux.Programs;
using Isolation.Linux.Setup;

namespace Isolation.Linux.Running;

/// <summary>A sandbox: one init, its connection, and the commands that run in it.</summary>
internal sealed class LinuxSandbox : ISandbox
{
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);

    private readonly CompiledSetup _setup;
    private readonly InitConnection _connection;
    private readonly Lock _gate = new();
    private readonly EntryTable _entries = new();
    private readonly byte[] _message;
    private readonly TaskCompletionSource<SandboxReport> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _receiving = Task.CompletedTask;
    private ITimer? _lastResort;
    private bool _isDisposed;

    private LinuxSandbox(SandboxSpecification specification, CompiledSetup setup, InitProcess process, TimeProvider time)
    {
        Specification = specification;
        _setup = setup;
        _connection = new InitConnection(process);
        _message = new byte[Math.Max(Marshal.SizeOf<ExitReport>(), StepMessage.Size(Math.Max(setup.Steps.Length, InitProgram.CommandSteps)))];
        Time = time;
        Id = SandboxId.Next(specification.Name);
    }

    public string Id { get; }

    public SandboxSpecification Specification { get; }

    public SandboxReport Report { get; private set; } = new();

    public int ProcessId => _connection.ProcessId;

    internal TimeProvider Time { get; }

    /// <summary>Makes a sandbox that waits for commands.</summary>
    internal static async Task<LinuxSandbox> CreateAsync(
        SandboxSpecification specification, CompiledSetup setup, TimeProvider time, CancellationToken cancellationToken)
    {
        LinuxSandbox sandbox = await LaunchAsync(specification, setup, time, cancellationToken).ConfigureAwait(false);
        try
        {
            IReadOnlyList<NotApplied> missing;
            using (HostSources sources = HostSources.Open(setup.Sources, sandbox.ProcessId))
            {
                sandbox._connection.Send(setup.Program, default, sources.Descriptors);
                missing = sources.NotApplied;
            }

            sandbox._receiving = sandbox.ReceiveAsync();
            SandboxReport report = await sandbox._ready.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            sandbox.Report = missing.Count == 0 ? report : SandboxReports.Add(report, missing);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes a sandbox that ends with its one command.</summary>
    internal static async Task<SandboxResult> RunOnceAsync(
        SandboxSpecification specification, SandboxCommand command, CompiledSetup setup, TimeProvider time, CancellationToken cancellationToken)
    {
        CommandStreams streams = CommandStreams.Open(command);
        LinuxSandbox? sandbox = null;
        try
        {
            sandbox = await LaunchAsync(specification, setup, time, cancellationToken).ConfigureAwait(false);
            RunningCommand running;
            using (HostSources sources = HostSources.Open(setup.Sources, sandbox.ProcessId))
            {
                running = sandbox.Send(command, streams, CommandOptions.ExitWithCommand, setup.ProgramBeforeCommand, sources);
            }

            sandbox._receiving = sandbox.ReceiveAsync();
            using CancellationTokenRegistration cancellation = Register(running, cancellationToken);
            return await running.Exited.ConfigureAwait(false);
        }
        catch
        {
            streams.Dispose();
            throw;
        }
        finally
        {
            if (sandbox is not null)
            {
                await sandbox.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public async Task<ISandboxProcess> StartAsync(SandboxCommand command, CancellationToken cancellationToken = default)
    {
        command.Validate(Specification);
        RunningCommand running = Begin(command, CommandOptions.ReportStart, cancellationToken);
        CancellationTokenRegistration cancellation = Register(running, cancellationToken);
        try
        {
            await running.Started.ConfigureAwait(false);
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
        RunningCommand running = Begin(command, CommandOptions.None, cancellationToken);
        using CancellationTokenRegistration cancellation = Register(running, cancellationToken);
        return await running.Exited.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                foreach (RunningCommand running in _entries.Running)
                {
                    running.MarkDisposed();
                }
            }
        }

        if (!_setup.OwnsProcesses)
        {
            ProcessTree.KillDescendants(ProcessId);
        }

        await _connection.DisposeAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        if (_lastResort is { } timer)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends a signal to the command's own process, if init has not reaped it.</summary>
    internal void Signal(int entry, int signal) => SendSafely(ControlPrograms.Signal(entry, signal));

    /// <summary>Kills a command with all that it started.</summary>
    internal void KillTree(RunningCommand command)
    {
        bool isOnly;
        lock (_gate)
        {
            isOnly = _entries.Count <= 1;
        }

        if (_setup.OwnsProcesses && isOnly)
        {
            SendSafely(ControlPrograms.KillAll());
        }
        else
        {
            SendSafely(ControlPrograms.KillGroup(command.Entry));
            ProcessTree.KillCommand(ProcessId, command.Id, () => command.Exited.IsCompleted);
        }

        // An init that does not answer is held up by the kernel, or by what the payload did to it. Its end is theirs.
        _lastResort ??= Time.CreateTimer(
            static state =>
            {
                (LinuxSandbox sandbox, RunningCommand command) = ((LinuxSandbox, RunningCommand))state!;
                if (!command.Exited.IsCompleted)
                {
                    sandbox._connection.Kill();
                }
            },
            (this, command),
            KillPatience,
            Timeout.InfiniteTimeSpan);
    }

    private static CancellationTokenRegistration Register(RunningCommand running, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static state => ((RunningCommand)state!).Kill(SandboxOutcome.Canceled), running);

    private static async ValueTask<LinuxSandbox> LaunchAsync(
        SandboxSpecification specification, CompiledSetup setup, TimeProvider time, CancellationToken cancellationToken)
    {
        InitProcess process = Launcher.Start(setup.Plan);
        LinuxSandbox sandbox;
        try
        {
            if (setup.IdMap is { } map)
            {
                await Identity.IdMapWriter.WriteAsync(process.ProcessId, map, cancellationToken).ConfigureAwait(false);
            }

            sandbox = new LinuxSandbox(specification, setup, process, time);
        }
        catch
        {
            process.Abandon();
            throw;
        }

        return sandbox;
    }

    private RunningCommand Begin(SandboxCommand command, CommandOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CommandStreams streams = CommandStreams.Open(command);
        try
        {
            return Send(command, streams, options, default, null);
        }
        catch
        {
            streams.Dispose();
            throw;
        }
    }

    private RunningCommand Send(SandboxCommand command, CommandStreams streams, CommandOptions options, ReadOnlySpan<byte> before, HostSources? sources)
    {
        if (command.WallTime is not null)
        {
            options |= CommandOptions.ReportStart;
        }

        ProgramBuilder builder = ControlPrograms.Rent(InitProgram.ProgramAddress + before.Length);
        try
        {
            RunningCommand running;
            ReadOnlySpan<int> descriptors = CollectionsMarshal.AsSpan(streams.Passed);
            int first = 0;
            if (sources is not null)
            {
                first = sources.Descriptors.Length;
                descriptors = first == 0 ? descriptors : (int[])[.. sources.Descriptors, .. descriptors];
            }

            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                int entry = _entries.Take(out bool isFirstUse);
                options |= isFirstUse ? CommandOptions.FirstUseOfEntry : 0;
                running = new RunningCommand(this, command, streams, entry, options.HasFlag(CommandOptions.ReportStart));
                try
                {
                    CommandProgram.Build(
                        builder, command, _setup, command.User ?? Specification.User, streams.Descriptors(first), entry, options);
                    running.SetSteps([.. builder.Steps]);
                    _connection.Send(before, builder.Content, descriptors);
                    _entries.Add(running);
                }
                catch
                {
                    _entries.Release(entry);
                    throw;
                }
            }

            streams.ClosePayloadEnds();
            streams.Start(() => running.Kill(SandboxOutcome.OutputExceeded));
            return running;
        }
        finally
        {
            ControlPrograms.Return(builder);
        }
    }

    private void SendSafely(ReadOnlySpan<byte> program)
    {
        try
        {
            _connection.Send(program, default, default);
        }
        catch (Exception exception) when (exception is SandboxException or ObjectDisposedException)
        {
            // Init has ended; so has everything that the program was for.
        }
    }

    private async Task ReceiveAsync()
    {
        int length;
        while ((length = await _connection.ReceiveAsync(_message).ConfigureAwait(false)) > 0)
        {
            await HandleAsync(length).ConfigureAwait(false);
        }

        _ready.TrySetException(new SandboxException("The sandbox's first process ended while it was set up: it was killed from outside."));
        RunningCommand[] running;
        lock (_gate)
        {
            running = [.. _entries.Running];
        }

        foreach (RunningCommand command in running)
        {
            await command.OnSandboxEndedAsync().ConfigureAwait(false);
        }
    }

    private ValueTask HandleAsync(int length)
    {
        ReadOnlySpan<long> words = MemoryMarshal.Cast<byte, long>(_message.AsSpan(0, length));
        switch ((InitMessage)words[0])
        {
            case InitMessage.Ready:
                _ready.TrySetResult(SandboxReports.Read(_setup, words[2..]));
                return default;
            case InitMessage.Started:
                Find((int)words[1])?.OnStarted((int)words[2]);
                return default;
            case InitMessage.Failed when words[1] == StepMessage.SetupToken:
                // Skipped steps have failed before; the last one is what it stopped at.
                int last = words[2..].LastIndexOfAnyInRange(long.MinValue, -1);
                return FailSetupAsync(_setup.Steps[last], (int)-words[2 + last]);
            case InitMessage.Failed:
                // What comes after the first one was left there by an earlier command.
                int first = words[2..].IndexOfAnyInRange(long.MinValue, -1);
                return End((int)words[1])?.OnFailedAsync(first, (int)-words[2 + first]) ?? default;
            default:
                return End((int)words[1])?.OnExitedAsync(MemoryMarshal.Read<ExitReport>(_message)) ?? default;
        }
    }

    private async ValueTask FailSetupAsync(ProgramStep failed, int error)
    {
        SandboxException exception = Errors.Create(failed.Action, failed.Target, error);
        _ready.TrySetException(exception);
        RunningCommand? command;
        lock (_gate)
        {
            command = _entries.Running.FirstOrDefault();
        }

        if (command is not null)
        {
            await command.FailAsync(exception).ConfigureAwait(false);
        }
    }

    private RunningCommand? Find(int entry)
    {
        lock (_gate)
        {
            return _entries.Find(entry);
        }
    }

    private RunningCommand? End(int entry)
    {
        lock (_gate)
        {
            RunningCommand? command = _entries.Find(entry);
            if (command is not null)
            {
                _entries.Release(entry);
            }

            return command;
        }
    }
}
