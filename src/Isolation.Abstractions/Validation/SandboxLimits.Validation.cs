namespace Isolation;

/// <content>Validation of the limits.</content>
public sealed partial record SandboxLimits
{
    /// <summary>
    /// Throws an exception if the limits have errors. Methods that accept limits call this method first.
    /// </summary>
    /// <exception cref="SandboxSpecificationException">
    /// The limits have errors. The exception lists all of them.
    /// </exception>
    public void Validate()
    {
        ErrorList errors = default;
        LimitRules.Check(this, ref errors);
        errors.ThrowIfAny();
    }
}
