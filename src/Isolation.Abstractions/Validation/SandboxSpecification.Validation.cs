using System.Collections.Immutable;

namespace Isolation;

/// <content>Validation of the specification.</content>
public sealed partial record SandboxSpecification
{
    /// <summary>
    /// Returns all errors in the specification, in the order of its members; empty if there are none. Does not access
    /// the host.
    /// </summary>
    public ImmutableArray<SpecificationError> FindErrors()
    {
        ErrorList errors = default;
        SpecificationRules.Check(this, ref errors);
        return errors.ToImmutable();
    }

    /// <summary>
    /// Throws an exception if the specification has errors. Every provider calls this method before it creates a
    /// sandbox.
    /// </summary>
    /// <exception cref="SandboxSpecificationException">The specification has errors; every one is listed.</exception>
    public void Validate()
    {
        ErrorList errors = default;
        SpecificationRules.Check(this, ref errors);
        errors.ThrowIfAny();
    }
}
