namespace Isolation;

/// <summary>Represents a <see cref="SandboxSpecification"/> in the configuration.</summary>
public sealed class SandboxProfileOptions
{
    /// <summary>
    /// Gets or sets the sandbox that the profile starts from. Default: <see cref="SandboxPreset.Minimal"/>. With
    /// <see cref="SandboxPreset.Unprivileged"/>, nothing can be mounted, so the profile must not specify directories.
    /// </summary>
    public SandboxPreset Preset { get; set; }

    /// <summary>
    /// Gets or sets a directory of the host to use as the root instead of an empty one. Default: none.
    /// </summary>
    public string? RootDirectory { get; set; }

    /// <summary>
    /// Gets or sets the access of the payload to the root. Default: that of the preset,
    /// <see cref="MountAccess.ReadOnly"/>.
    /// </summary>
    public MountAccess? RootAccess { get; set; }

    /// <summary>
    /// Gets the directories of the host that form an overlay as the root, the uppermost first. Changes are kept in
    /// memory. Cannot be combined with <see cref="RootDirectory"/>. Default: none.
    /// </summary>
    public IList<string> Layers { get; } = [];

    /// <summary>
    /// Gets the files and directories of the host to bind at the same paths, read-only. Default: none.
    /// </summary>
    public IList<string> HostDirectories { get; } = [];

    /// <summary>
    /// Gets the files and directories of the host to bind at the same paths, read-only, if they exist. Default: none.
    /// </summary>
    public IList<string> OptionalHostDirectories { get; } = [];

    /// <summary>Gets the files and directories of the host to bind at other paths or writable. Default: none.</summary>
    public IList<BindOptions> Binds { get; } = [];

    /// <summary>Gets the directories in memory. Default: none.</summary>
    public IList<TemporaryDirectoryOptions> TemporaryDirectories { get; } = [];

    /// <summary>
    /// Gets the paths that are hidden from the payload, in addition to those of the preset. Default: none.
    /// </summary>
    public IList<string> MaskedPaths { get; } = [];

    /// <summary>
    /// Gets the paths that the payload cannot write to, in addition to those of the preset. Default: none.
    /// </summary>
    public IList<string> ReadOnlyPaths { get; } = [];

    /// <summary>
    /// Gets or sets the kinds of new namespaces, such as <c>"User, Mount, Pid"</c>. Default: those of the preset, in
    /// most presets all except time.
    /// </summary>
    public Namespaces? Namespaces { get; set; }

    /// <summary>
    /// Gets or sets what ends the sandboxes. Default: null, <see cref="SandboxLifetime.Application"/>.
    /// </summary>
    public SandboxLifetime? Lifetime { get; set; }

    /// <summary>
    /// Gets or sets the user ID of commands that specify no user. Default:
    /// <see cref="IsolationOptions.DefaultUserId"/>; with <see cref="SandboxPreset.Unprivileged"/> and neither this
    /// property nor <see cref="GroupId"/>, the application's own.
    /// </summary>
    public uint? UserId { get; set; }

    /// <summary>
    /// Gets or sets the group ID of commands that specify no user. Default:
    /// <see cref="IsolationOptions.DefaultGroupId"/>.
    /// </summary>
    public uint? GroupId { get; set; }

    /// <summary>Gets or sets the host name in the sandbox. Default: <c>sandbox</c> in a new UTS namespace.</summary>
    public string? HostName { get; set; }

    /// <summary>Gets or sets the NIS domain name in the sandbox. Default: the host's.</summary>
    public string? DomainName { get; set; }

    /// <summary>
    /// Gets or sets the allowed system calls; <see cref="SystemCallProfile.None"/> disables the filter. Default: those
    /// of the preset, in most presets <see cref="SystemCallProfile.Default"/>. Rules can be set only in code.
    /// </summary>
    public SystemCallProfile? SystemCalls { get; set; }

    /// <summary>
    /// Gets or sets limits of all commands together; the other limits remain those of the preset, unless
    /// <see cref="LimitOptions.ExtendsPreset"/> is <see langword="false"/>. Default: those of the preset, in most
    /// presets none.
    /// </summary>
    public LimitOptions? Limits { get; set; }
}
