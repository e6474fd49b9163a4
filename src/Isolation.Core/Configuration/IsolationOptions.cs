namespace Isolation;

/// <summary>Represents the settings for all sandboxes of an application.</summary>
/// <remarks>
/// The options are read from the section <c>Isolation</c> of the configuration if there is one, then changed by the
/// delegate that was passed to <c>AddIsolation</c>, and validated when the application starts. Each property is a key
/// of the same name; unknown keys are errors. Sizes are a number of bytes or have a unit, as in <c>128 MiB</c>;
/// durations are written as .NET writes them (<c>00:00:05</c>) or have a unit, as in <c>5 s</c>.
/// </remarks>
public sealed class IsolationOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "Isolation";

    /// <summary>Gets or sets the wall-time limit of commands that specify none. Default: no limit.</summary>
    public TimeSpan? DefaultWallTime { get; set; }

    /// <summary>
    /// Gets or sets the maximum number of captured bytes per output, for commands that leave
    /// <see cref="SandboxCommand.StandardOutput"/> or <see cref="SandboxCommand.StandardError"/> at the default.
    /// Default: 16 MiB.
    /// </summary>
    public int? DefaultOutputLimit { get; set; }

    /// <summary>
    /// Gets the directories of the host that every profile with an empty root sees read-only at the same paths.
    /// Default: none.
    /// </summary>
    public IList<string> DefaultHostDirectories { get; } = [];

    /// <summary>Gets or sets the user ID of profiles that specify none. Default: 1000.</summary>
    public uint DefaultUserId { get; set; } = 1000;

    /// <summary>Gets or sets the group ID of profiles that specify none. Default: 1000.</summary>
    public uint DefaultGroupId { get; set; } = 1000;

    /// <summary>Gets the sandboxes by name, for <see cref="ISandboxProfiles"/>. The case of names is ignored.</summary>
    public IDictionary<string, SandboxProfileOptions> Profiles { get; } =
        new Dictionary<string, SandboxProfileOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the errors in the configuration, which the validation reports with its own.</summary>
    internal List<string> ConfigurationErrors { get; } = [];
}
