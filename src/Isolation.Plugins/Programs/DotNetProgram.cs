using System.Runtime.InteropServices;

namespace Isolation.Plugins;

/// <summary>
/// Represents a framework-dependent .NET program on the host and its requirements in a sandbox: the directories of the
/// program and of the runtime, both read-only, and an environment without debugging ports.
/// </summary>
public sealed class DotNetProgram
{
    /// <summary>The path of the program's directory inside the sandbox.</summary>
    public const string DirectoryInside = "/app";

    private DotNetProgram(string assembly, string runtimeDirectory)
    {
        Assembly = assembly;
        RuntimeDirectory = runtimeDirectory;
    }

    /// <summary>Gets the absolute path of the program's assembly on the host.</summary>
    public string Assembly { get; }

    /// <summary>
    /// Gets the absolute path of the directory that contains <c>dotnet</c> and <c>shared</c>, on the host and inside
    /// the sandbox.
    /// </summary>
    public string RuntimeDirectory { get; }

    /// <summary>Creates a program that runs on the runtime of this process.</summary>
    /// <param name="path">
    /// The path of the assembly; <c>NAME.runtimeconfig.json</c> must be in the same directory.
    /// </param>
    /// <exception cref="FileNotFoundException">The assembly or its runtime configuration does not exist.</exception>
    /// <exception cref="InvalidOperationException">
    /// This process does not use a shared runtime (self-contained or native); specify the directory of a runtime.
    /// </exception>
    public static DotNetProgram FromAssembly(string path) => FromAssembly(path, FindRuntimeDirectory());

    /// <summary>Creates a program that runs on the specified runtime.</summary>
    /// <param name="path">
    /// The path of the assembly; <c>NAME.runtimeconfig.json</c> must be in the same directory.
    /// </param>
    /// <param name="runtimeDirectory">The directory that contains <c>dotnet</c> and <c>shared</c>.</param>
    /// <exception cref="FileNotFoundException">
    /// The assembly, its runtime configuration or <c>dotnet</c> does not exist.
    /// </exception>
    public static DotNetProgram FromAssembly(string path, string runtimeDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(runtimeDirectory);
        string assembly = Path.GetFullPath(path);
        Require(assembly, "the program's assembly");
        Require(Path.ChangeExtension(assembly, ".runtimeconfig.json"),
            "the program's runtime configuration, which the build creates for executable projects");
        string directory = Path.GetFullPath(runtimeDirectory);
        Require(Path.Combine(directory, "dotnet"), "the .NET host");
        return new DotNetProgram(assembly, directory);
    }

    /// <summary>
    /// Creates a command that runs the program from <see cref="DirectoryInside"/>, with <c>/tmp</c> as working
    /// directory. The environment is the default, with settings for a fast start of the runtime, and without
    /// diagnostics (<c>DOTNET_EnableDiagnostics=0</c>: no debugger port, no files in <c>/tmp</c>), culture data and
    /// telemetry.
    /// </summary>
    /// <param name="arguments">The arguments of the program.</param>
    public CommandBuilder ToCommand(params ReadOnlySpan<string> arguments) =>
        new CommandBuilder(Path.Combine(RuntimeDirectory, "dotnet"))
        .WithArguments([Path.Combine(DirectoryInside, Path.GetFileName(Assembly)), .. arguments])
        .WithWorkingDirectory("/tmp")
        .WithEnvironment(environment => environment
            .Set("DOTNET_ROOT", RuntimeDirectory)
            .Set("DOTNET_EnableDiagnostics", "0")
            .Set("DOTNET_TieredPGO", "0")
            .Set("DOTNET_CLI_TELEMETRY_OPTOUT", "1")
            .Set("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"));

    private static string FindRuntimeDirectory()
    {
        string directory = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        return File.Exists(Path.Combine(directory, "dotnet"))
            ? directory
            : throw new InvalidOperationException(
                "Cannot determine the runtime directory: this process does not use a shared runtime. Specify the "
                + "directory of a runtime.");
    }

    private static void Require(string path, string what)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"Cannot find {what}: {path} does not exist.", path);
        }
    }
}
