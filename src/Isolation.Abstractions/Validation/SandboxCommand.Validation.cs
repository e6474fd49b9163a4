using System.Collections.Immutable;

namespace Isolation;

/// <content>Validation of the command.</content>
public sealed partial record SandboxCommand
{
    /// <summary>Finds all errors in the command without accessing the host.</summary>
    /// <param name="specification">The specification of the sandbox in which the command is to run.</param>
    /// <returns>The errors in the order of the members; empty if there are none.</returns>
    public ImmutableArray<SpecificationError> FindErrors(SandboxSpecification specification)
    {
        ErrorList errors = default;
        CommandRules.Check(this, specification, ref errors);
        return errors.ToImmutable();
    }

    /// <summary>
    /// Throws an exception if the command has errors. Every provider calls this method in
    /// <see cref="ISandbox.StartAsync"/>.
    /// </summary>
    /// <param name="specification">The specification of the sandbox in which the command is to run.</param>
    /// <exception cref="SandboxSpecificationException">
    /// The command has errors. The exception lists all of them.
    /// </exception>
    public void Validate(SandboxSpecification specification)
    {
        ErrorList errors = default;
        CommandRules.Check(this, specification, ref errors);
        errors.ThrowIfAny();
    }

    /// <summary>
    /// Throws an exception if the command has errors, like <see cref="Validate"/>, or uses pipes, a channel or a
    /// terminal, which require <see cref="ISandbox.StartAsync"/>. Every provider calls this method in
    /// <see cref="ISandbox.RunAsync"/> and <see cref="ISandboxProvider.RunAsync"/>.
    /// </summary>
    /// <param name="specification">The specification of the sandbox in which the command is to run.</param>
    /// <exception cref="SandboxSpecificationException">
    /// The command has errors. The exception lists all of them.
    /// </exception>
    public void ValidateForRun(SandboxSpecification specification)
    {
        ErrorList errors = default;
        CommandRules.Check(this, specification, ref errors);
        StandardStreamRules.CheckForRun(this, ref errors);
        ChannelRules.CheckForRun(this, ref errors);
        TerminalRules.CheckForRun(this, ref errors);
        errors.ThrowIfAny();
    }
}
