using Isolation;
using Isolation.Linux;
using PluginHost;
using Spectre.Console;

Screen.Prepare();
AnsiConsole.Write(new Rule("[bold]An application with plug-ins[/]").LeftJustified());
string user = Environment.IsPrivilegedProcess ? "root" : "an ordinary user";
AnsiConsole.MarkupLineInterpolated($"Each plug-in runs in its own process and its own sandbox, started by {user}.");

LinuxSandboxProvider provider = LinuxSandboxProvider.Default;
using MessageCounter log = new();
PluginDirectory directory = new(Path.Combine(AppContext.BaseDirectory, "plugins"), provider, log);
try
{
    Verdicts verdicts = new();
    await OrdinaryPlugins.ShowAsync(directory, verdicts);
    await HostileActs.ShowAsync(directory, log, verdicts);
    await OrdinaryPlugins.ShowThatItGoesOnAsync(directory, verdicts);
    return verdicts.Report();
}
catch (Exception exception) when (exception is SandboxException or PlatformNotSupportedException)
{
    AnsiConsole.MarkupLineInterpolated($"[red]A sandbox could not be created.[/] {exception.Message}");
    return 2;
}
