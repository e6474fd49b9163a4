using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

namespace Isolation;

/// <summary>A sandbox of a <see cref="FakeSandboxProvider"/>, with what was done to it.</summary>
public sealed class FakeSandbox : ISandbox
{
    private readonly FakeSandboxProvider _provider;
    private readonly ConcurrentQueue<SandboxCommand> _commands = new();
    private readonly ConcurrentDictionary<int, FakeProcess> _processes = new();
    private int _lastProcessId = 1;

    internal FakeSandbox(FakeSandboxProvider provider, SandboxSpecification specification, int number)
    {
        _provider = provider;
        Specification = specification;
        Id = $"fake-{number.ToString(CultureInfo.InvariantCulture)}";
        ProcessId = 100_000 + number;
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public SandboxSpecification Specification { get; }

    /// <summary>What the provider's <see cref="FakeSandboxProvider.Report"/> was when the sandbox was made.</summary>
    public SandboxReport Report { get; internal init; } = new();

    /// <inheritdoc/>
    public int ProcessId { get; }

    /// <summary>Whether it was disposed.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>The commands that were started in it, in order.</summary>
    public ImmutableArray<SandboxCommand> Commands => [.. _commands];

    /// <summary>What <see cref="ReadUsage"/> tells. Default: nothing used.</summary>
    public SandboxUsage Usage { get; set; } = new();

    /// <inheritdoc/>
    public SandboxUsage ReadUsage()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return Usage;
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
            CancellationTokenRegistration registration = cancellationToken.Register(() => _ = process.KillAsync(CancellationToken.None));
            await using (registration.ConfigureAwait(false))
            {
                return await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        IsDisposed = true;
        foreach (FakeProcess process in _processes.Values)
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }
    }

    private FakeProcess Start(SandboxCommand command, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
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
