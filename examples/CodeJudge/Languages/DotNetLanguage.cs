using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Isolation;

namespace CodeJudge.Languages;

/// <summary>
/// Provides C#, with the compiler and the reference assemblies of the SDK that the judge was started with.
/// </summary>
internal static class DotNetLanguage
{
    /// <summary>
    /// The .NET directory in the sandbox. On the host it may be anywhere, for example in a home directory.
    /// </summary>
    private const string Inside = "/opt/dotnet";

    public static Language CSharp()
    {
        // …/shared/Microsoft.NETCore.App/VERSION/
        string runtime = RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/');
        string root = Path.GetFullPath(Path.Combine(runtime, "../../.."));
        string version = Path.GetFileName(runtime);
        string? compiler = FindNewest(Path.Combine(root, "sdk"), Path.Combine("Roslyn", "bincore", "csc.dll"));
        string? references = FindNewest(
            Path.Combine(root, "packs", "Microsoft.NETCore.App.Ref"),
            Path.Combine("ref", $"net{Environment.Version.ToString(2)}"));
        return new Language
        {
            Id = "csharp",
            Name = "C# (.NET)",
            SourceFile = "main.cs",
            Compile = compiler is null || references is null
                ? $"echo 'The .NET SDK is not installed in {root}.'; false"
                : $"{Inside}/dotnet {Translate(compiler)} @/box/csc.rsp main.cs && cp "
                    + $"/box/main.runtimeconfig.json /out/",
            Run = [$"{Inside}/dotnet", "/box/main.dll"],
            Hello = "System.Console.WriteLine(\"hello\");\n",
            Environment = ImmutableDictionary<string, string>.Empty
                .Add("DOTNET_ROOT", Inside)
                .Add("DOTNET_PROCESSOR_COUNT", "1")
                .Add("DOTNET_EnableDiagnostics", "0")
                .Add("DOTNET_TieredPGO", "0")
                .Add("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"),
            Mounts =
            [
                new BindMount(root, Inside),
                new FileEntry("/box/csc.rsp", Encoding.UTF8.GetBytes(ResponseFile(references))),
                new FileEntry("/box/main.runtimeconfig.json", Encoding.UTF8.GetBytes(RuntimeConfiguration(version))),
            ],
            CompilerCalls = SystemCallFilter.DotNet,
            ProgramCalls = SystemCallFilter.DotNet,
            TimeFactor = 1.5,
            StartTime = TimeSpan.FromMilliseconds(500),
            RuntimeMemory = 96L << 20,
        };

        string Translate(string path) => Inside + path[root.Length..];

        string ResponseFile(string? directory) => directory is null
            ? ""
            : "-nologo -nostdlib -optimize -unsafe -langversion:latest -nullable:enable -out:/out/main.dll\n"
                + string.Concat(
                    Directory.EnumerateFiles(directory, "*.dll").Order(StringComparer.Ordinal)
                    .Select(file => $"-r:{Translate(file)}\n"));
    }

    private static string RuntimeConfiguration(string version) =>
        $$"""
        {
          "runtimeOptions": {
            "tfm": "net{{Environment.Version.ToString(2)}}",
            "framework": { "name": "Microsoft.NETCore.App", "version": "{{version}}" },
            "configProperties": { "System.GC.Concurrent": false, "System.GC.Server": false }
          }
        }
        """;

    /// <summary>Returns the path in the directory with the highest version that contains it, or null.</summary>
    private static string? FindNewest(string directory, string path) =>
        Directory.Exists(directory)
            ? Directory.EnumerateDirectories(directory)
                .OrderByDescending(
                    candidate => Version.TryParse(
                        Path.GetFileName(candidate).Split('-')[0], out Version? version) ? version : new Version())
                .Select(candidate => Path.Combine(candidate, path))
                .FirstOrDefault(Path.Exists)
            : null;
}
