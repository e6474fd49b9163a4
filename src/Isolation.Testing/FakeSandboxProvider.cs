using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Isolation.Testing;

/// <summary>Provides sandboxes for tests of applications, without isolation, processes or real time.</summary>
/// <remarks>
/// The provider validates its arguments like every provider, records the created sandboxes and started commands, and
/// runs programs that the test supplies. Limits of wall time and output, signals, cancellation and pipes behave as
/// documented. Nothing is isolated.
/// </remarks>
public sealed class FakeSandboxProvider : ISandboxProvider
{
    private readonly ConcurrentQueue<FakeSandbox> _sandboxes = new();
    private readonly ConcurrentDictionary<string, FakeProgram> _programs = new(StringComparer.Ordinal);
    private FakeProgram _anyProgram = new FakeResponse().ToProgram();

    /// <summary>Initializes a provider, where every command ends immediately with exit code 0.</summary>
    /// <param name="timeProvider">The time provider for durations and limits. Default: the system's.</param>
    public FakeSandboxProvider(TimeProvider? timeProvider = null)
    {
        TimeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Gets the name <c>fake</c>.</summary>
    public string Name => "fake";

    /// <summary>Gets or sets the features that the host supports. Default: all.</summary>
    public IsolationSupport Support { get; set; } =
        new([.. Enum.GetValues<IsolationFeature>().Select(
            feature => new FeatureSupport(feature, true, "Fake.", null))]);

    /// <summary>
    /// Gets or sets the report of sandboxes that are created from now on. Default: nothing applied, nothing missing.
    /// </summary>
    public SandboxReport Report { get; set; } = new();

    /// <summary>
    /// Gets or sets a function that returns the exception for a sandbox that cannot be created, such as a
    /// <see cref="SandboxException"/>, or null. Default: every sandbox can be created.
    /// </summary>
    public Func<SandboxSpecification, Exception?>? CreationFailure { get; set; }

    /// <summary>
    /// Gets or sets a function that returns the exception for a command that cannot be started, or null. Default: every
    /// command can be started.
    /// </summary>
    public Func<SandboxCommand, Exception?>? StartFailure { get; set; }

    /// <summary>Gets all created sandboxes in order, including those of one-shot runs.</summary>
    public ImmutableArray<FakeSandbox> Sandboxes => [.. _sandboxes];

    /// <summary>Gets all started commands, grouped by sandbox.</summary>
    public ImmutableArray<SandboxCommand> Commands => [.. _sandboxes.SelectMany(sandbox => sandbox.Commands)];

    internal TimeProvider TimeProvider { get; }

    /// <summary>
    /// Sets the program of all commands that <see cref="WithProgram(string, FakeProgram)"/> does not specify.
    /// </summary>
    public FakeSandboxProvider WithPrograms(FakeProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        _anyProgram = program;
        return this;
    }

    /// <inheritdoc cref="WithPrograms(FakeProgram)"/>
    public FakeSandboxProvider WithPrograms(FakeResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return WithPrograms(response.ToProgram());
    }

    /// <summary>
    /// Sets the program of commands whose <see cref="SandboxCommand.Program"/> equals the specified path.
    /// </summary>
    public FakeSandboxProvider WithProgram(string program, FakeProgram behavior)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(behavior);
        _programs[program] = behavior;
        return this;
    }

    /// <inheritdoc cref="WithProgram(string, FakeProgram)"/>
    public FakeSandboxProvider WithProgram(string program, FakeResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return WithProgram(program, response.ToProgram());
    }

    /// <inheritdoc/>
    public Task<ISandbox> CreateAsync(SandboxSpecification specification, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(specification);
        try
        {
            return Task.FromResult<ISandbox>(Create(specification, cancellationToken));
        }
        catch (OperationCanceledException exception) when (exception.CancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<ISandbox>(exception.CancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<ISandbox>(exception);
        }
    }

    /// <inheritdoc/>
    public async Task<SandboxResult> RunAsync(
        SandboxSpecification specification, SandboxCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(command);
        specification.Validate();
        command.ValidateForRun(specification);
        if (specification.Lifetime == SandboxLifetime.Detached)
        {
            throw new ArgumentException(
                "The sandbox of a single run ends with its command: SandboxLifetime.Detached requires CreateAsync.",
                nameof(specification));
        }

        if (command.Leftovers == CommandLeftovers.Keep)
        {
            throw new ArgumentException(
                "The sandbox of a single run ends with its command: CommandLeftovers.Keep requires a sandbox from "
                + "CreateAsync.", nameof(command));
        }

        FakeSandbox sandbox = Create(specification, cancellationToken);
        await using (sandbox.ConfigureAwait(false))
        {
            return await sandbox.RunAsync(command, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Attaches to a detached sandbox that was disposed: returns the same object.</summary>
    /// <inheritdoc/>
    public Task<ISandbox> AttachAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        cancellationToken.ThrowIfCancellationRequested();
        FakeSandbox? found = _sandboxes.FirstOrDefault(sandbox => sandbox.Id == id && sandbox.IsAttachable);
        if (found is not { IsDisposed: true })
        {
            return Task.FromException<ISandbox>(new SandboxException(
                found is null
                    ? $"There is no detached sandbox {id}."
                    : $"Cannot attach to the sandbox {id}: an application is attached to it."));
        }

        found.Attach();
        return Task.FromResult<ISandbox>(found);
    }

    /// <inheritdoc/>
    public async Task StopAsync(string id, CancellationToken cancellationToken = default)
    {
        ISandbox sandbox = await AttachAsync(id, cancellationToken).ConfigureAwait(false);
        await sandbox.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<DetachedSandbox>> ListAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<ImmutableArray<DetachedSandbox>>([.. _sandboxes.Where(sandbox => sandbox.IsAttachable)
            .Select(sandbox => new DetachedSandbox
            {
                Id = sandbox.Id,
                Name = sandbox.Specification.Name,
                ProcessId = sandbox.ProcessId,
                CreatedAt = sandbox.CreatedAt,
                IsAttached = !sandbox.IsDisposed,
            })]);

    internal FakeProgram FindProgram(SandboxCommand command) =>
        StartFailure?.Invoke(command) is { } failure
            ? throw failure
            : _programs.GetValueOrDefault(command.Program, _anyProgram);

    private FakeSandbox Create(SandboxSpecification specification, CancellationToken cancellationToken)
    {
        specification.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        if (CreationFailure?.Invoke(specification) is { } failure)
        {
            throw failure;
        }

        lock (_sandboxes)
        {
            FakeSandbox sandbox = new(this, specification, _sandboxes.Count + 1) { Report = Report };
            _sandboxes.Enqueue(sandbox);
            return sandbox;
        }
    }
}
