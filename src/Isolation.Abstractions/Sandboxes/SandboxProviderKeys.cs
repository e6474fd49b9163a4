namespace Isolation;

/// <summary>Keys under which providers are registered for dependency injection.</summary>
public static class SandboxProviderKeys
{
    /// <summary>
    /// The provider of the platform. A provider's package registers its <see cref="ISandboxProvider"/> under this key;
    /// the one without a key, which applications ask for, adds telemetry and defaults to it.
    /// </summary>
    public const string Platform = "Isolation.Platform";
}
