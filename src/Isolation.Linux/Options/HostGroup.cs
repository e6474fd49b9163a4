namespace Isolation.Linux;

/// <summary>Whether this process may be moved into another control group.</summary>
public enum HostGroup
{
    /// <summary>It stays in the group that it was started in.</summary>
    Kept,

    /// <summary>
    /// Where its own group is delegated and could hand controllers on but for this process, it is moved into the group
    /// <c>host</c> below it. Where an ordinary user's process is outside of what the user's systemd manages, such as in
    /// the session of a login, it is moved into the group <c>host</c> of the scope that is asked for. It stays there.
    /// The user's manager does not tell which groups it delegated: one with this process right in it is taken for its
    /// own.
    /// </summary>
    MayMove,
}
