namespace Isolation;

/// <summary>A sandbox as it is written down in a configuration; becomes a <see cref="SandboxSpecification"/>.</summary>
public sealed class SandboxProfileOptions
{
    /// <summary>
    /// What the profile starts from. Default: <see cref="SandboxPreset.Minimal"/>. With
    /// <see cref="SandboxPreset.Unprivileged"/> nothing can be mounted, so no directories be named.
    /// </summary>
    public SandboxPreset Preset { get; set; }

    /// <summary>A directory of the host that is the root, in place of a built one. Default: none.</summary>
    public string? RootDirectory { get; set; }

    /// <summary>Whether the payload may write to the root. Default: <see cref="MountAccess.ReadOnly"/>.</summary>
    public MountAccess RootAccess { get; set; }

    /// <summary>
    /// Directories of the host that are laid over each other, the uppermost first, as the root; writes go to memory. In
    /// place of <see cref="RootDirectory"/>. Default: none.
    /// </summary>
    public IList<string> Layers { get; } = [];

    /// <summary>Files and directories of the host, read-only, at the same paths. Default: none.</summary>
    public IList<string> HostDirectories { get; } = [];

    /// <summary>The same, left out where the host does not have them. Default: none.</summary>
    public IList<string> OptionalHostDirectories { get; } = [];

    /// <summary>Files and directories of the host at other paths, or writable. Default: none.</summary>
    public IList<BindOptions> Binds { get; } = [];

    /// <summary>Directories in memory. Default: none.</summary>
    public IList<TemporaryDirectoryOptions> TemporaryDirectories { get; } = [];

    /// <summary>Paths that the payload must not read, besides those of the preset. Default: none.</summary>
    public IList<string> MaskedPaths { get; } = [];

    /// <summary>Paths that the payload must not write, besides those of the preset. Default: none.</summary>
    public IList<string> ReadOnlyPaths { get; } = [];

    /// <summary>
    /// Which namespaces are new, such as <c>"User, Mount, Pid"</c>. Default: those of the preset, all but time in most.
    /// </summary>
    public Namespaces? Namespaces { get; set; }

    /// <summary>
    /// The user id of commands that name no user. Default: <see cref="IsolationOptions.DefaultUserId"/>; with
    /// <see cref="SandboxPreset.Unprivileged"/> and neither this nor <see cref="GroupId"/>, the host's own.
    /// </summary>
    public uint? UserId { get; set; }

    /// <summary>
    /// The group id of commands that name no user. Default: <see cref="IsolationOptions.DefaultGroupId"/>.
    /// </summary>
    public uint? GroupId { get; set; }

    /// <summary>The host name inside. Default: <c>sandbox</c> in a new UTS namespace.</summary>
    public string? HostName { get; set; }

    /// <summary>The NIS domain name inside. Default: the host's.</summary>
    public string? DomainName { get; set; }

    /// <summary>
    /// Which system calls commands may make; <see cref="SystemCallProfile.None"/> stands for no filter. Default: those
    /// of the preset, <see cref="SystemCallProfile.Default"/> in most. Rules are set in code.
    /// </summary>
    public SystemCallProfile? SystemCalls { get; set; }

    /// <summary>
    /// What all commands together may use, in place of all limits of the preset. Default: those of the preset, none in
    /// most.
    /// </summary>
    public LimitOptions? Limits { get; set; }
}
