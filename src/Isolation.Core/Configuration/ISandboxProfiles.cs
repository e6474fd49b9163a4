using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Provides the sandboxes that the application's configuration defines (<see cref="IsolationOptions.Profiles"/>).
/// </summary>
public interface ISandboxProfiles
{
    /// <summary>Gets the names of all profiles in alphabetical order.</summary>
    ImmutableArray<string> Names { get; }

    /// <summary>Gets the specification of a profile. Each call returns the same object.</summary>
    /// <param name="name">The name of the profile. The case is ignored.</param>
    /// <exception cref="KeyNotFoundException">There is no such profile; the message lists the existing
    /// profiles.</exception>
    SandboxSpecification GetSpecification(string name);
}
