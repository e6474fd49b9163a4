using Isolation.Linux;

namespace Isolation.Escapes.Harness;

/// <summary>Uses the library in a sandbox: a sandboxed program starts another sandbox.</summary>
internal static class Nested
{
    internal const string Verb = "--nested";

    /// <summary>Returns the command and the directories that it requires in the sandbox.</summary>
    internal static (SandboxCommand Command, string[] Directories) Command()
    {
        string runtime = Path.GetDirectoryName(
            File.ResolveLinkTarget(Runtime, returnFinalTarget: true)?.FullName ?? Runtime)!;
        SandboxCommand command = new(Path.Combine(runtime, "dotnet"), typeof(Nested).Assembly.Location, Verb)
        {
            Environment = SandboxCommand.DefaultEnvironment.Add("DOTNET_EnableDiagnostics", "0")
                .Add("DOTNET_GCHeapHardLimit", "0x8000000"),
            WallTime = Ground.Patience,
        };
        return (command, [runtime, Path.GetDirectoryName(typeof(Nested).Assembly.Location)!]);
    }

    /// <summary>Runs in the sandbox, and reports whether a nested sandbox ran or why it could not be created.</summary>
    internal static async Task RunAsync()
    {
        try
        {
            await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync(LinuxSandboxProvider.Default)
                .ConfigureAwait(false);
            SandboxResult result = await sandbox.RunAsync(new SandboxCommand("/bin/true")).ConfigureAwait(false);
            Console.WriteLine($"ran: {result.Outcome} {result.ExitCode}");
        }
        catch (SandboxException refusal)
        {
            Console.WriteLine($"refused: {refusal.ErrorName}: {refusal.Message}");
        }
    }

    private static string Runtime => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet"
        ? path
        : Path.GetFullPath(
            Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
}
