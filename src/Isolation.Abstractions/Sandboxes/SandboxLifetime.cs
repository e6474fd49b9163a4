namespace Isolation;

/// <summary>Specifies what ends a sandbox.</summary>
public enum SandboxLifetime
{
    /// <summary>
    /// The sandbox ends when it is disposed, and with the process that created it, however that process ends.
    /// </summary>
    Application,

    /// <summary>
    /// The sandbox ends only when <see cref="ISandbox.StopAsync"/> is called or its first process is killed. It
    /// outlives the process that created it, and another process of the same user can attach to it (<see
    /// cref="ISandboxProvider.AttachAsync"/>).
    /// </summary>
    Detached,
}
