namespace Isolation;

/// <summary>Specifies the restrictions of a mount; see mount(2).</summary>
[Flags]
public enum MountOptions
{
    /// <summary>No restriction.</summary>
    None = 0,

    /// <summary>Set-user-id bits and file capabilities have no effect (MS_NOSUID).</summary>
    NoSetUserId = 1,

    /// <summary>Device files cannot be opened (MS_NODEV).</summary>
    NoDevices = 2,

    /// <summary>Programs cannot be executed (MS_NOEXEC).</summary>
    NoExecute = 4,

    /// <summary>Symbolic links are not followed (MS_NOSYMFOLLOW, Linux 5.10).</summary>
    NoSymbolicLinks = 8,
}
