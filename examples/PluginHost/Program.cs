using Isolation;
using Isolation.Linux;
using PluginHost;
using Spectre.Console;

Screen.Prepare();
AnsiConsole.Write(new Rule("[bold]An application with plug-ins[/]").LeftJustified());
AnsiConsole.MarkupLineInterpolated($"Each plug-in is a program of its own in a sandbox of its own, started as {(Environment.IsPrivilegedProcess ? "root" : "an ordinary user")}.");

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
    AnsiConsole.MarkupLineInterpolated($"[red]No sandbox can be had here.[/] {exception.Message}");
    return 2;
}
