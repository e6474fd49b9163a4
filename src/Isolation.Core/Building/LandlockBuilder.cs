using System.Collections.Immutable;

namespace Isolation;

/// <summary>Builds a <see cref="LandlockPolicy"/>. Without any call it forbids everything on files.</summary>
public sealed class LandlockBuilder
{
    private LandlockPolicy _policy;

    internal LandlockBuilder(LandlockPolicy start) => _policy = start;

    /// <summary>Allows reading files and listing directories.</summary>
    public LandlockBuilder Read(params ImmutableArray<string> paths) => Allow(LandlockFileAccess.Read, paths);

    /// <summary>Allows reading and executing.</summary>
    public LandlockBuilder ReadExecute(params ImmutableArray<string> paths) =>
        Allow(LandlockFileAccess.ReadExecute, paths);

    /// <summary>Allows reading, changing, making and removing, but not executing.</summary>
    public LandlockBuilder ReadWrite(params ImmutableArray<string> paths) => Allow(LandlockFileAccess.ReadWrite, paths);

    /// <summary>Allows chosen rights; each path must exist.</summary>
    public LandlockBuilder Allow(LandlockFileAccess access, params ImmutableArray<string> paths) =>
        AddRules(access, Requirement.Require, paths);

    /// <summary>Allows chosen rights where there is something at the path.</summary>
    public LandlockBuilder AllowIfPresent(LandlockFileAccess access, params ImmutableArray<string> paths) =>
        AddRules(access, Requirement.Prefer, paths);

    /// <summary>
    /// Allows what the mounts of the specification allow, also of those that are added later; see
    /// <see cref="LandlockMountRules.Follow"/>.
    /// </summary>
    /// <param name="requirement">What happens when the kernel cannot restrict files. Preferred, files stay unrestricted
    /// before Linux 5.19.</param>
    public LandlockBuilder FollowMounts(Requirement requirement = Requirement.Require) =>
        Set(_policy with { MountRules = LandlockMountRules.Follow, FileRequirement = requirement });

    /// <summary>
    /// Which rights on files are forbidden unless they are allowed. Default: every right that the kernel knows.
    /// </summary>
    /// <param name="access">The rights; null: every right that the kernel knows.</param>
    /// <param name="requirement">What happens when the kernel lacks one.</param>
    public LandlockBuilder HandleFiles(LandlockFileAccess? access, Requirement requirement = Requirement.Require) =>
        Set(_policy with { HandledFileAccess = access, FileRequirement = requirement });

    /// <summary>Forbids TCP but for the ports that are allowed. Linux 6.7.</summary>
    public LandlockBuilder DenyTcp(Requirement requirement = Requirement.Require) =>
        HandlePorts(LandlockPortAccess.Tcp, requirement);

    /// <summary>Which uses of TCP ports are forbidden unless they are allowed. Default: none. Linux 6.7.</summary>
    public LandlockBuilder HandlePorts(LandlockPortAccess access, Requirement requirement = Requirement.Require) =>
        Set(_policy with { HandledPortAccess = access, PortRequirement = requirement });

    /// <summary>Allows binding TCP sockets to these ports.</summary>
    public LandlockBuilder BindTcp(params ImmutableArray<int> ports) => AllowPorts(LandlockPortAccess.BindTcp, ports);

    /// <summary>Allows connecting TCP sockets to these ports.</summary>
    public LandlockBuilder ConnectTcp(params ImmutableArray<int> ports) =>
        AllowPorts(LandlockPortAccess.ConnectTcp, ports);

    /// <summary>What is kept within a command and its descendants. Default: nothing. Linux 6.12.</summary>
    public LandlockBuilder Scope(LandlockScopes scopes, Requirement requirement = Requirement.Require) =>
        Set(_policy with { Scopes = scopes, ScopeRequirement = requirement });

    /// <summary>What the kernel's audit log gets. Default: the kernel's default. Linux 6.15.</summary>
    public LandlockBuilder Log(LandlockLogging logging, Requirement requirement = Requirement.Require) =>
        Set(_policy with { Logging = logging, LoggingRequirement = requirement });

    internal LandlockPolicy Build() => _policy;

    private LandlockBuilder AllowPorts(LandlockPortAccess access, ImmutableArray<int> ports) =>
        Set(_policy with {
            PortRules = [.. _policy.PortRules, .. ports.Select(port => new LandlockPortRule(port, access))] });

    private LandlockBuilder AddRules(
        LandlockFileAccess access, Requirement requirement, ImmutableArray<string> paths) =>
        Set(_policy with {
            FileRules = [.. _policy.FileRules, .. paths.Select(
                path => new LandlockFileRule(path, access) { Requirement = requirement })] });

    private LandlockBuilder Set(LandlockPolicy policy)
    {
        _policy = policy;
        return this;
    }
}
