namespace Isolation;

/// <summary>
/// Whether a command can gain privileges by executing something, see prctl(2), <c>PR_SET_NO_NEW_PRIVS</c>.
/// </summary>
public enum NewPrivileges
{
    /// <summary>Set-user-id bits and file capabilities have no effect. Any user may ask for it.</summary>
    Forbidden,

    /// <summary>
    /// They have, as far as mounts and the bounding set allow. A system-call filter and Landlock then need
    /// <c>CAP_SYS_ADMIN</c> in the sandbox's user namespace, which a sandbox with a new user namespace has while it is
    /// set up.
    /// </summary>
    Allowed,
}
