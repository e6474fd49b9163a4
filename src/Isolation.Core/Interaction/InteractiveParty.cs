namespace Isolation;

/// <summary>One of the two programs of an <see cref="InteractiveRun"/>, and where it runs.</summary>
/// <param name="Sandbox">The sandbox; null where one is made for the run.</param>
/// <param name="Provider">Who makes it.</param>
/// <param name="Specification">What it is.</param>
/// <param name="Command">The program.</param>
internal sealed record InteractiveParty(
    ISandbox? Sandbox, ISandboxProvider? Provider, SandboxSpecification Specification, SandboxCommand Command)
{
    /// <summary>Throws where the command has errors, or wants something else than to talk to the other.</summary>
    internal InteractiveParty Check()
    {
        Command.ValidateForRun(Specification);
        if (Command.StandardInput is not NullInput || Command.StandardOutput != OutputTarget.Capture())
        {
            throw new ArgumentException(
                "Standard input and output are those of the other program; leave them at their defaults.");
        }

        return this;
    }

    internal Task<ISandbox> OpenAsync(CancellationToken cancellationToken) =>
        Sandbox is { } sandbox ? Task.FromResult(sandbox) : Provider!.CreateAsync(Specification, cancellationToken);

    /// <summary>Disposes what <see cref="OpenAsync"/> gave, where it was made for the run.</summary>
    internal ValueTask CloseAsync(ISandbox? opened) => Sandbox is null && opened is not null
        ? opened.DisposeAsync()
        : ValueTask.CompletedTask;
}
