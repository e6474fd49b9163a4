using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Isolation.Testing;

/// <summary>Represents a sandbox of a <see cref="FakeSandboxProvider"/> and records its use.</summary>
public sealed class FakeSandbox : ISandbox
{
    private readonly FakeSandboxProvider _provider;
    private readonly ConcurrentQueue<SandboxCommand> _commands = new();
    private readonly ConcurrentDictionary<int, FakeProcess> _processes = new();
    private readonly List<SandboxEvent> _events = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _raised = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lastProcessId = FakeProcess.FirstId - 1;

    internal FakeSandbox(FakeSandboxProvider provider, SandboxSpecification specification, int number)
    {
        _provider = provider;
        Specification = specification;
        Limits = specification.Limits;
        Id = $"fake-{number.ToString(CultureInfo.InvariantCulture)}";
        ProcessId = 100_000 + number;
        Files = new FakeSandboxFiles(this);
        CreatedAt = provider.TimeProvider.GetUtcNow();
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public SandboxSpecification Specification { get; }

    /// <summary>Gets the value of <see cref="FakeSandboxProvider.Report"/> when the sandbox was created.</summary>
    public SandboxReport Report { get; internal init; } = new();

    /// <inheritdoc/>
    public int ProcessId { get; }

    /// <summary>Gets a value indicating whether the sandbox was disposed.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Gets the files of the sandbox, which are in memory.</summary>
    public FakeSandboxFiles Files { get; }

    ISandboxFiles ISandbox.Files => Files;

    /// <inheritdoc/>
    public ImmutableArray<ISandboxProcess> Processes => [.. _processes.Values
        .Where(process => !process.IsCollected && (IsDetached || !process.HasEnded))
        .OrderBy(process => process.Number)];

    internal DateTimeOffset CreatedAt { get; }

    private bool IsDetached => Specification.Lifetime == SandboxLifetime.Detached;

    /// <summary>Gets a value indicating whether an application can attach to the sandbox.</summary>
    internal bool IsAttachable => IsDetached && !_ended.Task.IsCompleted;

    /// <inheritdoc/>
    public Task Ended => _ended.Task;

    /// <summary>
    /// Ends the sandbox as if its first process had been killed: kills all processes and prevents further starts.
    /// </summary>
    public async Task EndAsync()
    {
        _ended.TrySetResult();
        foreach (FakeProcess process in _processes.Values)
        {
            await process.KillAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Gets the commands that were started in the sandbox, in order.</summary>
    public ImmutableArray<SandboxCommand> Commands => [.. _commands];

    /// <summary>Gets or sets the result of <see cref="ReadUsage"/>. Default: zero usage.</summary>
    public SandboxUsage Usage { get; set; } = new();

    /// <inheritdoc/>
    public SandboxUsage ReadUsage()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return Usage;
    }

    /// <inheritdoc/>
    public SandboxLimits? Limits { get; private set; }

    /// <summary>
    /// Gets a value indicating whether the sandbox is frozen by <see cref="FreezeAsync"/>. Commands continue to run
    /// nevertheless.
    /// </summary>
    public bool IsFrozen { get; private set; }

    /// <inheritdoc/>
    public Task<ImmutableArray<NotApplied>> ChangeLimitsAsync(
        SandboxLimits limits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return Attempt<ImmutableArray<NotApplied>>(() =>
        {
            limits.Validate();
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            cancellationToken.ThrowIfCancellationRequested();
            Limits = limits;
            return [];
        });
    }

    /// <inheritdoc/>
    public Task FreezeAsync(CancellationToken cancellationToken = default) => SetFrozen(true, cancellationToken);

    /// <inheritdoc/>
    public Task ThawAsync(CancellationToken cancellationToken = default) => SetFrozen(false, cancellationToken);

    /// <summary>Reports an event to all current and future watchers of the sandbox.</summary>
    public void Raise(SandboxEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        lock (_events)
        {
            _events.Add(happened);
            _raised.TrySetResult();
            _raised = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Returns the events of <see cref="Raise"/> of the requested kinds.</summary>
    /// <inheritdoc/>
    public async IAsyncEnumerable<SandboxEvent> WatchAsync(
        SandboxWatch? watch = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        watch?.Validate();
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        for (int next = 0; ; next++)
        {
            SandboxEvent? happened;
            while ((happened = Find(next, out Task more)) is null)
            {
                if (IsDisposed)
                {
                    yield break;
                }

                await more.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            if (watch?.Kinds is not { } kinds || kinds.HasFlag(happened.Kind))
            {
                yield return happened;
            }
        }
    }

    /// <inheritdoc/>
    public Task<ISandboxProcess> StartAsync(SandboxCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Attempt<ISandboxProcess>(() =>
        {
            command.Validate(Specification);
            return Start(command, cancellationToken);
        });
    }

    /// <inheritdoc/>
    public async Task<SandboxResult> RunAsync(SandboxCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.ValidateForRun(Specification);
        FakeProcess process = Start(command, cancellationToken);
        await using (process.ConfigureAwait(false))
        {
            CancellationTokenRegistration registration = cancellationToken.Register(
                () => _ = process.KillAsync(CancellationToken.None));
            await using (registration.ConfigureAwait(false))
            {
                return await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return StopAsync().WaitAsync(cancellationToken);
    }

    /// <summary>Releases a detached sandbox, which continues; ends any other sandbox.</summary>
    public async ValueTask DisposeAsync()
    {
        if (IsDetached)
        {
            IsDisposed = true;
            return;
        }

        await StopAsync().ConfigureAwait(false);
    }

    internal void Attach() => IsDisposed = false;

    private async Task StopAsync()
    {
        lock (_events)
        {
            IsDisposed = true;
            _raised.TrySetResult();
            _ended.TrySetResult();
        }

        foreach (FakeProcess process in _processes.Values)
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }
    }

    private SandboxEvent? Find(int next, out Task more)
    {
        lock (_events)
        {
            more = _raised.Task;
            return next < _events.Count ? _events[next] : null;
        }
    }

    private Task<bool> SetFrozen(bool isFrozen, CancellationToken cancellationToken) => Attempt(() =>
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        return IsFrozen = isFrozen;
    });

    private FakeProcess Start(SandboxCommand command, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (_ended.Task.IsCompleted)
        {
            throw new SandboxException("Cannot start a command: the first process of the sandbox has ended.");
        }

        FakeProgram program = _provider.FindProgram(command);
        FakeProcess process = new(Interlocked.Increment(ref _lastProcessId), command, _provider.TimeProvider);
        _commands.Enqueue(command);
        _processes[process.Id] = process;
        process.Start(program);
        return process;
    }

    private static Task<T> Attempt<T>(Func<T> make)
    {
        try
        {
            return Task.FromResult(make());
        }
        catch (OperationCanceledException exception) when (exception.CancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(exception.CancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    }
}
