namespace Isolation;

/// <summary>A sandbox that is up and runs commands until it is disposed. Safe for use from many threads at once.</summary>
public interface ISandbox : IAsyncDisposable
{
    /// <summary>Unique among the sandboxes of this host process and, as far as can be, of the machine.</summary>
    string Id { get; }

    /// <summary>What it was made from.</summary>
    SandboxSpecification Specification { get; }

    /// <summary>What was applied and what was preferred but could not be had.</summary>
    SandboxReport Report { get; }

    /// <summary>The id that the host sees for the sandbox's first process.</summary>
    int ProcessId { get; }

    /// <summary>
    /// What all commands together have used so far: from the sandbox's control group where <see cref="SandboxSpecification.Limits"/> is set,
    /// else CPU time of those that have ended. Once the sandbox is disposed it tells nothing more.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    SandboxUsage ReadUsage();

    /// <summary>Starts a command; any number may run at once. Returns when the program's first instruction is due.</summary>
    /// <exception cref="SandboxException">The command can't be started: no such program, no such folder, a limit that can't be set.</exception>
    /// <exception cref="SandboxSpecificationException">The command contradicts itself; every mistake is listed.</exception>
    /// <exception cref="ObjectDisposedException">The sandbox was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; the command was killed.</exception>
    Task<ISandboxProcess> StartAsync(SandboxCommand command, CancellationToken cancellationToken = default);

    /// <summary>Starts a command and waits for its end.</summary>
    /// <remarks>
    /// A command that is canceled through the token is killed with all that it started, and the result says so
    /// (<see cref="SandboxOutcome.Canceled"/>); only a token that is canceled before the start throws. Commands with
    /// <see cref="InputSource.Pipe"/> or <see cref="OutputTarget.Pipe"/> are refused: nobody could use the pipe.
    /// </remarks>
    /// <inheritdoc cref="StartAsync" path="/exception"/>
    Task<SandboxResult> RunAsync(SandboxCommand command, CancellationToken cancellationToken = default);
}
