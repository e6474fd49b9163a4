using System.Diagnostics;
using Isolation;
using Isolation.Linux;

// A sandbox outlives the application that created it: this program starts itself as the owner of a sandbox, kills it
// with SIGKILL, and attaches to the sandbox that is left.
string states = Path.Combine(Path.GetTempPath(), $"isolation-example-{Environment.UserName}");
LinuxSandboxProvider provider = new(TimeProvider.System, new LinuxSandboxOptions { StateDirectory = states });

if (args is ["own"])
{
    ISandbox owned = await provider.CreateAsync(
        SandboxPresets.HostPrograms().WithName("example").WithLifetime(SandboxLifetime.Detached).Build());
    await owned.StartAsync(
        new SandboxCommand("sh", "-c", "sleep 1; echo made after the owner was killed > /tmp/result; exit 7"));
    Console.WriteLine(owned.Id);
    Thread.Sleep(Timeout.Infinite);
}

using Process owner = Process.Start(
    new ProcessStartInfo(Environment.ProcessPath!, [.. Host(), "own"]) { RedirectStandardOutput = true })!;
string id = (await owner.StandardOutput.ReadLineAsync())!;
owner.Kill();
await owner.WaitForExitAsync();
Console.WriteLine($"The owner of {id} was killed (exit code {owner.ExitCode}).");

foreach (DetachedSandbox left in await provider.ListAsync())
{
    Console.WriteLine($"Left: {left.Id}, process {left.ProcessId}");
}

ISandbox sandbox = await provider.AttachAsync(id);
ISandboxProcess process = sandbox.Processes.Single();
SandboxResult result = await process.WaitForExitAsync();
Console.WriteLine($"Its command {process.Number} ({process.Command.Program}) ended with exit code {result.ExitCode}.");

SandboxResult content = await sandbox.RunAsync(new SandboxCommand("cat", "/tmp/result"));
Console.WriteLine($"A new command found: {content.StandardOutput.Text.Trim()}");
await sandbox.StopAsync();
bool isGone = (await provider.ListAsync()).All(left => left.Id != id);
Console.WriteLine($"The sandbox was stopped: {(isGone ? "nothing is left" : "it is still there")}.");
return isGone && result.ExitCode == 7 && content.StandardOutput.Text.StartsWith("made after", StringComparison.Ordinal)
    ? 0
    : 1;

// If the program runs as "dotnet Detached.dll", its own path comes first.
static string[] Host() =>
    Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
