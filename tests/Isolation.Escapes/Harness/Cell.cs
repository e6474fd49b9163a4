using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Harness;

/// <summary>Represents a sandbox in which payloads run.</summary>
internal sealed class Cell(Ground ground, Tier tier, ISandbox sandbox) : IAsyncDisposable
{
    internal ISandbox Sandbox => sandbox;

    /// <summary>Gets the id of the sandbox's first process, as a payload sees it.</summary>
    internal int InitProcess => tier.HasProcesses ? 1 : sandbox.ProcessId;

    /// <summary>Runs a payload to its end.</summary>
    internal async Task<PayloadRun> RunAsync(Payload payload, Func<SandboxCommand, SandboxCommand>? change = null) =>
        Read(payload, await sandbox.RunAsync(Command(payload, change)));

    /// <summary>Starts a payload without waiting for its end.</summary>
    internal Task<ISandboxProcess> StartAsync(Payload payload, Func<SandboxCommand, SandboxCommand>? change = null) =>
        sandbox.StartAsync(Command(payload, change));

    /// <summary>
    /// Checks whether another command runs in the sandbox; no payload can change the file of this command.
    /// </summary>
    internal async Task<bool> IsUsableAsync() =>
        (await sandbox.RunAsync(new SandboxCommand("/bin/true") { WallTime = Ground.Patience })
            .WaitAsync(Ground.Patience).ConfigureAwait(false)).IsSuccess;

    internal static PayloadRun Read(Payload payload, SandboxResult result) => new(
        payload, result.StandardOutput.Bytes.Span,
        result switch
        {
            { Outcome: SandboxOutcome.Completed } => $"exit {result.ExitCode}",
            { Outcome: SandboxOutcome.Signaled or SandboxOutcome.SystemCallDenied, Signal: { } signal } =>
                Ground.SignalName((int)signal),
            _ => $"{result.Outcome}",
        });

    public ValueTask DisposeAsync() => sandbox.DisposeAsync();

    private SandboxCommand Command(Payload payload, Func<SandboxCommand, SandboxCommand>? change)
    {
        SandboxCommand command = new(ground.Install(payload.Image())) { WallTime = Ground.Patience };
        return change?.Invoke(command) ?? command;
    }
}
