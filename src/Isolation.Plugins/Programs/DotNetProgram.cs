using System.Runtime.InteropServices;

namespace Isolation.Plugins;

/// <summary>
/// A framework-dependent .NET program on the host, and what it needs in its sandbox: its own directory and that of the
/// runtime, both read-only, and an environment without debugging ports.
/// </summary>
public sealed class DotNetProgram
{
    /// <summary>Where the program's directory is inside.</summary>
    public const string DirectoryInside = "/app";

    private DotNetProgram(string assembly, string runtimeDirectory)
    {
        Assembly = assembly;
        RuntimeDirectory = runtimeDirectory;
    }

    /// <summary>The absolute path of the program's assembly on the host.</summary>
    public string Assembly { get; }

    /// <summary>
    /// The absolute path of the directory with <c>dotnet</c> and <c>shared</c>, on the host and inside.
    /// </summary>
    public string RuntimeDirectory { get; }

    /// <summary>A program that runs on the runtime of this process.</summary>
    /// <param name="path">The path of its assembly; <c>NAME.runtimeconfig.json</c> is beside it.</param>
    /// <exception cref="FileNotFoundException">There is no such assembly, or no runtime configuration beside
    /// it.</exception>
    /// <exception cref="InvalidOperationException">This process has a runtime of its own (self-contained or native);
    /// name the directory of another.</exception>
    public static DotNetProgram FromAssembly(string path) => FromAssembly(path, FindRuntimeDirectory());

    /// <summary>A program that runs on a given runtime.</summary>
    /// <param name="path">The path of its assembly; <c>NAME.runtimeconfig.json</c> is beside it.</param>
    /// <param name="runtimeDirectory">The directory that has <c>dotnet</c> and <c>shared</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such assembly, no runtime configuration beside it, or no
    /// <c>dotnet</c> in the directory.</exception>
    public static DotNetProgram FromAssembly(string path, string runtimeDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(runtimeDirectory);
        string assembly = Path.GetFullPath(path);
        Require(assembly, "the program's assembly");
        Require(Path.ChangeExtension(assembly, ".runtimeconfig.json"),
            "the program's runtime configuration, which an executable project has");
        string directory = Path.GetFullPath(runtimeDirectory);
        Require(Path.Combine(directory, "dotnet"), "the program that starts .NET programs");
        return new DotNetProgram(assembly, directory);
    }

    /// <summary>
    /// The program, to be started in <see cref="DirectoryInside"/>, with <c>/tmp</c> as working directory. The
    /// environment is the default one, without diagnostics (<c>DOTNET_EnableDiagnostics=0</c>: no port for debuggers,
    /// no files in <c>/tmp</c>), culture data and telemetry, and with a runtime that starts soon.
    /// </summary>
    /// <param name="arguments">What the program is told.</param>
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
                "This process does not run on a shared runtime, so a program cannot run on the same; name the "
                + "directory of a runtime.");
    }

    private static void Require(string path, string what)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no {path}: {what}.", path);
        }
    }
}
