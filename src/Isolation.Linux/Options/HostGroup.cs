namespace Isolation.Linux;

/// <summary>Specifies whether the application's own process may be moved into another cgroup.</summary>
public enum HostGroup
{
    /// <summary>The process stays in the cgroup in which it was started.</summary>
    Kept,

    /// <summary>The process may be moved into a child cgroup named <c>host</c>, in which it stays.</summary>
    /// <remarks>
    /// <para>The process is moved in two cases:</para>
    /// <list type="bullet">
    /// <item>
    /// Its own cgroup is delegated, and only this process keeps that cgroup from enabling controllers for its children.
    /// The process is moved into the child cgroup <c>host</c> of its own cgroup.
    /// </item>
    /// <item>
    /// It is an unprivileged user's process outside the cgroups managed by the user's systemd instance, for example in
    /// a login session. The process is moved into the cgroup <c>host</c> of the requested scope.
    /// </item>
    /// </list>
    /// <para>
    /// The user's systemd instance does not mark the cgroups it delegates. A cgroup of that instance that directly
    /// contains this process is therefore treated as not delegated.
    /// </para>
    /// </remarks>
    MayMove,
}
