using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// The sandboxes that the application's configuration defines (<see cref="IsolationOptions.Profiles"/>).
/// </summary>
public interface ISandboxProfiles
{
    /// <summary>The names of all profiles, in order.</summary>
    ImmutableArray<string> Names { get; }

    /// <summary>The specification of a profile; always the same object.</summary>
    /// <param name="name">Its name, without regard to case.</param>
    /// <exception cref="KeyNotFoundException">There is no such profile; the message lists those there are.</exception>
    SandboxSpecification GetSpecification(string name);
}
