using System.Diagnostics;
using System.Runtime.InteropServices;
using Isolation;
using Spectre.Console;

namespace Quickstart;

/// <summary>Runs ordinary programs, each in a sandbox that exists only for this run.</summary>
internal static class Programs
{
    private const string Python =
        "import os, platform, socket; print('Python', platform.python_version(), 'on', socket.gethostname(), 'as', "
            + "os.getuid(), 'in', sorted(os.listdir('/')))";

    public static async Task ShowAsync(ISandboxProvider provider, Checks checks)
    {
        Screen.Heading(
            "Ordinary programs",
            "Each program runs in its own sandbox. Total is the time for creating the sandbox, running the program and "
                + "removing the sandbox. Wall time, CPU time and memory are those of the program.");
        Table table = Screen.Table("program", "output", "total", "wall time", "CPU", "memory");
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
    /// Creates a builder for a sandbox with the host's programs, the .NET runtime of this program, and this program at
    /// <c>/app</c>.
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
