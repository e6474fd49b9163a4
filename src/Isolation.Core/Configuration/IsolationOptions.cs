namespace Isolation;

/// <summary>
/// What an application sets once for all its sandboxes. Bound from the section <c>Isolation</c> of the configuration
/// where there is one, then changed by what was handed to <c>AddIsolation</c>, and validated when the host starts.
/// </summary>
public sealed class IsolationOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string SectionName = "Isolation";

    /// <summary>The wall-time limit of a command that sets none. Default: no limit.</summary>
    public TimeSpan? DefaultWallTime { get; set; }

    /// <summary>
    /// The most bytes that are captured of each output of a command that leaves
    /// <see cref="SandboxCommand.StandardOutput"/> or <see cref="SandboxCommand.StandardError"/> as it is. Default: 16
    /// MiB.
    /// </summary>
    public int? DefaultOutputLimit { get; set; }

    /// <summary>
    /// Directories of the host that every profile with a built root sees read-only, at the same paths. Default: none.
    /// </summary>
    public IList<string> DefaultHostDirectories { get; } = [];

    /// <summary>The user id of profiles that set none. Default: 1000.</summary>
    public uint DefaultUserId { get; set; } = 1000;

    /// <summary>The group id of profiles that set none. Default: 1000.</summary>
    public uint DefaultGroupId { get; set; } = 1000;

    /// <summary>
    /// Sandboxes by name, for <see cref="ISandboxProfiles"/>. Names are compared without regard to case.
    /// </summary>
    public IDictionary<string, SandboxProfileOptions> Profiles { get; } =
        new Dictionary<string, SandboxProfileOptions>(StringComparer.OrdinalIgnoreCase);
}
