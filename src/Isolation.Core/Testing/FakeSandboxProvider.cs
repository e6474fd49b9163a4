using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// A provider for the tests of applications: no kernel, no process, no time that passes by itself. It validates as
/// every provider does, records what it was asked for, and plays the programs that the test gives it. Limits of wall
/// time and output, signals, cancellation and pipes behave as the contract says. Nothing is isolated.
/// </summary>
public sealed class FakeSandboxProvider : ISandboxProvider
{
    private readonly ConcurrentQueue<FakeSandbox> _sandboxes = new();
    private readonly ConcurrentDictionary<string, FakeProgram> _programs = new(StringComparer.Ordinal);
    private FakeProgram _anyProgram = new FakeResponse().ToProgram();

    /// <summary>A fake with a clock. By default every command ends at once with exit code 0.</summary>
    /// <param name="timeProvider">The clock for durations and limits. Default: the system's.</param>
    public FakeSandboxProvider(TimeProvider? timeProvider = null)
    {
        TimeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary><c>fake</c>.</summary>
    public string Name => "fake";

    /// <summary>What the host is said to be able to do. Default: everything.</summary>
    public IsolationSupport Support { get; set; } =
        new([.. Enum.GetValues<IsolationFeature>().Select(
            feature => new FeatureSupport(feature, true, "Fake.", null))]);

    /// <summary>The report of sandboxes made from now on. Default: nothing applied, nothing missing.</summary>
    public SandboxReport Report { get; set; } = new();

    /// <summary>
    /// Why a sandbox cannot be had, such as a <see cref="SandboxException"/>; null if it can. Default: it always can.
    /// </summary>
    public Func<SandboxSpecification, Exception?>? CreationFailure { get; set; }

    /// <summary>Why a command cannot be started; null if it can. Default: it always can.</summary>
    public Func<SandboxCommand, Exception?>? StartFailure { get; set; }

    /// <summary>Every sandbox that was made, also those of one run, in order.</summary>
    public ImmutableArray<FakeSandbox> Sandboxes => [.. _sandboxes];

    /// <summary>Every command that was started, sandbox by sandbox.</summary>
    public ImmutableArray<SandboxCommand> Commands => [.. _sandboxes.SelectMany(sandbox => sandbox.Commands)];

    internal TimeProvider TimeProvider { get; }

    /// <summary>What every command does that no other call names.</summary>
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

    /// <summary>What the commands do whose <see cref="SandboxCommand.Program"/> is the given one.</summary>
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
