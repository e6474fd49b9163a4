namespace Isolation;

/// <summary>
/// Specifies whether a command can gain privileges by executing a program; see prctl(2), <c>PR_SET_NO_NEW_PRIVS</c>.
/// </summary>
public enum NewPrivileges
{
    /// <summary>Set-user-id bits and file capabilities have no effect. Requires no privilege.</summary>
    Forbidden,

    /// <summary>
    /// Set-user-id bits and file capabilities take effect as far as mounts and the bounding set allow. A system call
    /// filter and Landlock then require <c>CAP_SYS_ADMIN</c> in the sandbox's user namespace, which a sandbox with a
    /// new user namespace has during setup.
    /// </summary>
    Allowed,
}
