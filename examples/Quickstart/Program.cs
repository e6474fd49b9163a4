using System.Runtime.InteropServices;
using Isolation;
using Isolation.Linux;
using Quickstart;
using Spectre.Console;

if (args is ["--inside"])
{
    return InsideProgram.Run();
}

Screen.Prepare();
AnsiConsole.Write(new Rule("[bold]Isolation[/]").LeftJustified());
string user = Environment.IsPrivilegedProcess ? "root" : "an ordinary user";
AnsiConsole.MarkupLineInterpolated(
    $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, as {user}");

LinuxSandboxProvider provider = LinuxSandboxProvider.Default;
Checks checks = new();
try
{
    HostSupport.Show(provider);
    await Views.ShowAsync(provider, checks);
    await Programs.ShowAsync(provider, checks);
    await BreakOuts.ShowAsync(provider, checks);
    await Limits.ShowAsync(provider, checks);
    await Speed.ShowAsync(provider);
}
catch (Exception exception) when (exception is SandboxException or PlatformNotSupportedException)
{
    AnsiConsole.MarkupLineInterpolated($"[red]A sandbox could not be created.[/] {exception.Message}");
    if (exception is SandboxException)
    {
        await Fallback.ShowAsync(provider);
    }

    return 2;
}

return checks.Report();
