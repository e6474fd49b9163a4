using System.Collections.Immutable;

namespace Isolation;

/// <summary>Builds a <see cref="LandlockPolicy"/>. An unchanged builder denies every access to files.</summary>
public sealed class LandlockBuilder
{
    private LandlockPolicy _policy;

    internal LandlockBuilder(LandlockPolicy start) => _policy = start;

    /// <summary>Allows reading files and listing directories.</summary>
    public LandlockBuilder Read(params ImmutableArray<string> paths) => Allow(LandlockFileAccess.Read, paths);

    /// <summary>Allows reading and executing.</summary>
    public LandlockBuilder ReadExecute(params ImmutableArray<string> paths) =>
        Allow(LandlockFileAccess.ReadExecute, paths);

    /// <summary>Allows reading, changing, creating and removing files, but not executing them.</summary>
    public LandlockBuilder ReadWrite(params ImmutableArray<string> paths) => Allow(LandlockFileAccess.ReadWrite, paths);

    /// <summary>Allows the specified rights. Each path must exist.</summary>
    public LandlockBuilder Allow(LandlockFileAccess access, params ImmutableArray<string> paths) =>
        AddRules(access, Requirement.Require, paths);

    /// <summary>Allows the specified rights on those paths that exist.</summary>
    public LandlockBuilder AllowIfPresent(LandlockFileAccess access, params ImmutableArray<string> paths) =>
        AddRules(access, Requirement.Prefer, paths);

    /// <summary>
    /// Allows the specified rights on a directory, and on what symbolic links in it lead to in <c>/etc</c> and
    /// <c>/var/lib</c>; see <see cref="LandlockFileRule.IncludesLinkTargets"/>.
    /// </summary>
    public LandlockBuilder AllowWithLinkTargets(LandlockFileAccess access, string path) =>
        Set(_policy with
        {
            FileRules = [.. _policy.FileRules, new LandlockFileRule(path, access) { IncludesLinkTargets = true }],
        });

    /// <summary>
    /// Allows the access that the mounts of the specification grant, including mounts that are added later; see
    /// <see cref="LandlockMountRules.Follow"/>.
    /// </summary>
    /// <param name="requirement">The behavior if the kernel cannot restrict files. With
    /// <see cref="Requirement.Prefer"/>, files remain unrestricted before Linux 5.19.</param>
    public LandlockBuilder FollowMounts(Requirement requirement = Requirement.Require) =>
        Set(_policy with { MountRules = LandlockMountRules.Follow, FileRequirement = requirement });

    /// <summary>
    /// Sets the rights on files that are denied unless a rule allows them. Default: every right that the kernel
    /// supports.
    /// </summary>
    /// <param name="access">The rights, or null for every right that the kernel supports.</param>
    /// <param name="requirement">The behavior if the kernel does not support one of the rights.</param>
    public LandlockBuilder HandleFiles(LandlockFileAccess? access, Requirement requirement = Requirement.Require) =>
        Set(_policy with { HandledFileAccess = access, FileRequirement = requirement });

    /// <summary>Denies TCP except for the allowed ports. Requires Linux 6.7.</summary>
    public LandlockBuilder DenyTcp(Requirement requirement = Requirement.Require) =>
        HandlePorts(LandlockPortAccess.Tcp, requirement);

    /// <summary>
    /// Sets the uses of TCP ports that are denied unless a rule allows them. Default: none. Requires Linux 6.7.
    /// </summary>
    public LandlockBuilder HandlePorts(LandlockPortAccess access, Requirement requirement = Requirement.Require) =>
        Set(_policy with { HandledPortAccess = access, PortRequirement = requirement });

    /// <summary>Allows binding TCP sockets to these ports.</summary>
    public LandlockBuilder BindTcp(params ImmutableArray<int> ports) => AllowPorts(LandlockPortAccess.BindTcp, ports);

    /// <summary>Allows connecting TCP sockets to these ports.</summary>
    public LandlockBuilder ConnectTcp(params ImmutableArray<int> ports) =>
        AllowPorts(LandlockPortAccess.ConnectTcp, ports);

    /// <summary>
    /// Sets the scopes that isolate a command and its descendants from other processes. Default: none. Requires Linux
    /// 6.12.
    /// </summary>
    public LandlockBuilder Scope(LandlockScopes scopes, Requirement requirement = Requirement.Require) =>
        Set(_policy with { Scopes = scopes, ScopeRequirement = requirement });

    /// <summary>
    /// Sets the events that are written to the kernel's audit log. Default: the kernel's default. Requires Linux 6.15.
    /// </summary>
    public LandlockBuilder Log(LandlockLogging logging, Requirement requirement = Requirement.Require) =>
        Set(_policy with { Logging = logging, LoggingRequirement = requirement });

    internal LandlockPolicy Build() => _policy;

    private LandlockBuilder AllowPorts(LandlockPortAccess access, ImmutableArray<int> ports) =>
        Set(_policy with
        {
            PortRules = [.. _policy.PortRules, .. ports.Select(port => new LandlockPortRule(port, access))]
        });

    private LandlockBuilder AddRules(
        LandlockFileAccess access, Requirement requirement, ImmutableArray<string> paths) =>
        Set(_policy with
        {
            FileRules = [.. _policy.FileRules, .. paths.Select(
                path => new LandlockFileRule(path, access) { Requirement = requirement })]
        });

    private LandlockBuilder Set(LandlockPolicy policy)
    {
        _policy = policy;
        return this;
    }
}
