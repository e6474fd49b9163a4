namespace Isolation.Plugins;

/// <summary>Provides extension methods that add .NET programs to sandboxes.</summary>
public static class PluginSandboxBuilderExtensions
{
    /// <summary>
    /// Adds a .NET program: its directory at <see cref="DotNetProgram.DirectoryInside"/>, and the directory of the
    /// runtime unless it is in <c>/usr</c>, which the presets include. Both are read-only. The system call filter must
    /// allow .NET to run, as the filter of <see cref="SandboxPresets.PlugIn"/> does.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="program">
    /// The program. Files that the payload's user cannot read on the host cannot be read inside, either.
    /// </param>
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
