using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Harness;

/// <summary>A sandbox that payloads run in.</summary>
internal sealed class Cell(Ground ground, Tier tier, ISandbox sandbox) : IAsyncDisposable
{
    internal ISandbox Sandbox => sandbox;

    /// <summary>The sandbox's first process, by the id that a payload sees.</summary>
    internal int InitProcess => tier.HasProcesses ? 1 : sandbox.ProcessId;

    /// <summary>Runs a payload to its end.</summary>
    internal async Task<PayloadRun> RunAsync(Payload payload, Func<SandboxCommand, SandboxCommand>? change = null) =>
        Read(payload, await sandbox.RunAsync(Command(payload, change)));

    /// <summary>Starts a payload that goes on.</summary>
    internal Task<ISandboxProcess> StartAsync(Payload payload, Func<SandboxCommand, SandboxCommand>? change = null) =>
        sandbox.StartAsync(Command(payload, change));

    /// <summary>Whether another command runs in it: one whose file no payload can have changed.</summary>
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
