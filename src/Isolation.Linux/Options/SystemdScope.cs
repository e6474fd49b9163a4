namespace Isolation.Linux;

/// <summary>Whether systemd is asked for a place for control groups.</summary>
public enum SystemdScope
{
    /// <summary>
    /// Where limits need control groups v2 and the process is in no delegated group that can hand controllers on,
    /// systemd is asked, once per process, for a transient scope with <c>Delegate=yes</c>.
    /// </summary>
    WhereNeeded,

    /// <summary>systemd is never asked.</summary>
    Never,
}
