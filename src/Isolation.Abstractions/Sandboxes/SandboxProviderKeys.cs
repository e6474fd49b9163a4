namespace Isolation;

/// <summary>Provides the keys under which providers are registered for dependency injection.</summary>
public static class SandboxProviderKeys
{
    /// <summary>
    /// The key of the platform's provider. A provider package registers its <see cref="ISandboxProvider"/> under this
    /// key. The registration without a key, which applications resolve, adds telemetry and defaults.
    /// </summary>
    public const string Platform = "Isolation.Platform";
}
