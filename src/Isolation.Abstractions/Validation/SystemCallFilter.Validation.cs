namespace Isolation;

/// <content>Validation of the filter.</content>
public sealed partial record SystemCallFilter
{
    /// <summary>
    /// Throws an exception if the filter has errors. Only the provider checks whether a name denotes a system call.
    /// </summary>
    /// <exception cref="SandboxSpecificationException">The filter has errors; every one is listed.</exception>
    public void Validate()
    {
        ErrorList errors = default;
        SystemCallRules.Check(this, ref errors);
        errors.ThrowIfAny();
    }
}
