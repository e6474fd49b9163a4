using System.Diagnostics;
using System.Runtime.InteropServices;
using Isolation;
using Spectre.Console;

namespace Quickstart;

/// <summary>Real programs, each in a sandbox of its own that is made for it and gone afterwards.</summary>
internal static class Programs
{
    private const string Python =
        "import os, platform, socket; print('Python', platform.python_version(), 'on', socket.gethostname(), 'as', "
            + "os.getuid(), 'in', sorted(os.listdir('/')))";

    public static async Task ShowAsync(ISandboxProvider provider, Checks checks)
    {
        Screen.Heading(
            "Real programs",
            "Each in a sandbox of its own. Whole: from the call until nothing of the sandbox is left. Program, CPU, "
                + "memory: as the result has them.");
        Table table = Screen.Table("program", "what it printed", "whole", "program", "CPU", "memory");
        foreach (SandboxCommand command in Commands())
        {
            long start = Stopwatch.GetTimestamp();
            SandboxResult result = await Sandbox().RunAsync(provider, command);
            TimeSpan whole = Stopwatch.GetElapsedTime(start);
            string name = Path.GetFileName(command.Program);
            checks.Expect($"{name} runs", result.IsSuccess);
            table.AddRow(
                new Text(name),
                Screen.Plain(Screen.Shorten(result.StandardOutput.Text + result.StandardError.Text, 8)),
                new Text(Screen.Milliseconds(whole)),
                new Text(Screen.Milliseconds(result.WallTime)),
                new Text(Screen.Milliseconds(result.UserCpuTime + result.SystemCpuTime)),
                new Text($"{result.PeakMemory / 1.MiB()} MiB"));
        }

        AnsiConsole.Write(table);
    }

    /// <summary>
    /// The host's programs, the .NET runtime that this program runs on, and this program at <c>/app</c>.
    /// </summary>
    private static SandboxBuilder Sandbox() =>
        SandboxPresets.HostPrograms().AddToRoot(root =>
        {
            root.Bind(AppContext.BaseDirectory, "/app");
            if (!DotnetRoot.StartsWith("/usr/", StringComparison.Ordinal))
            {
                root.FromHost(DotnetRoot);
            }
        });

    private static string DotnetRoot { get; } = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    private static IEnumerable<SandboxCommand> Commands()
    {
        yield return new SandboxCommand("sh", "-c", "echo Hello from process $$ of $(uname -n)");
        yield return new SandboxCommand("id");
        if (HostProgram.IsInstalled("ps"))
        {
            yield return new SandboxCommand("ps", "-e", "-o", "pid,uid,args");
        }

        if (HostProgram.IsInstalled("python3"))
        {
            yield return new SandboxCommand("python3", "-c", Python);
        }

        yield return new CommandBuilder(Path.Combine(DotnetRoot, "dotnet"))
            .WithArguments("/app/Quickstart.dll", "--inside")
            .AddEnvironment("DOTNET_ROOT", DotnetRoot)
            .WithWorkingDirectory("/tmp")
            .Build();
    }
}
