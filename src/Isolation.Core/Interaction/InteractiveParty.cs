namespace Isolation;

/// <summary>Represents one of the two programs of an <see cref="InteractiveRun"/> and its sandbox.</summary>
/// <param name="Sandbox">The sandbox, or null if one is created for the run.</param>
/// <param name="Provider">The provider that creates the sandbox.</param>
/// <param name="Specification">The specification of the sandbox.</param>
/// <param name="Command">The program.</param>
internal sealed record InteractiveParty(
    ISandbox? Sandbox, ISandboxProvider? Provider, SandboxSpecification Specification, SandboxCommand Command)
{
    /// <summary>
    /// Throws if the command is invalid or redirects the streams that connect it to the other program.
    /// </summary>
    internal InteractiveParty Check()
    {
        Command.ValidateForRun(Specification);
        if (Command.StandardInput is not NullInput || Command.StandardOutput != OutputTarget.Capture())
        {
            throw new ArgumentException(
                "Standard input and output are connected to the other program. Leave them at their defaults.");
        }

        return this;
    }

    internal Task<ISandbox> OpenAsync(CancellationToken cancellationToken) =>
        Sandbox is { } sandbox ? Task.FromResult(sandbox) : Provider!.CreateAsync(Specification, cancellationToken);

    /// <summary>Disposes the sandbox that <see cref="OpenAsync"/> returned if it was created for the run.</summary>
    internal ValueTask CloseAsync(ISandbox? opened) => Sandbox is null && opened is not null
        ? opened.DisposeAsync()
        : ValueTask.CompletedTask;
}
