namespace Isolation.Plugins;

/// <summary>Sandboxes for .NET programs.</summary>
public static class PluginSandboxBuilderExtensions
{
    /// <summary>
    /// Adds a .NET program: its directory at <see cref="DotNetProgram.DirectoryInside"/>, and the directory of the
    /// runtime where it is not in <c>/usr</c>, which the presets have; both read-only. The filter of system calls must
    /// let .NET run, as that of <see cref="SandboxPresets.PlugIn"/> does.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="program">The program. Files that the payload's user may not read on the host it may not read inside
    /// either.</param>
    public static SandboxBuilder AddDotNetProgram(this SandboxBuilder builder, DotNetProgram program)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(program);
        return builder.AddToRoot(root =>
        {
            root.Bind(Path.GetDirectoryName(program.Assembly)!, DotNetProgram.DirectoryInside);
            if (!program.RuntimeDirectory.StartsWith("/usr/", StringComparison.Ordinal))
            {
                root.FromHost(program.RuntimeDirectory);
            }
        });
    }
}
