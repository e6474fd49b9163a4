using Isolation;
using Spectre.Console;

namespace Quickstart;

/// <summary>
/// Shows the tier that works where no namespace can be created, such as in a container with default options.
/// </summary>
internal static class Fallback
{
    public static async Task ShowAsync(ISandboxProvider provider)
    {
        SandboxSpecification specification = SandboxPresets.Unprivileged().Build();
        SpecificationSupport support = provider.Support.Check(specification);
        if (!support.IsUsable)
        {
            AnsiConsole.MarkupLineInterpolated(
                $"[red]The unprivileged tier is not available either.[/] {support.Missing[0].Reason}");
            return;
        }

        SandboxResult users = await provider.RunAsync(specification, new SandboxCommand("cat", "/etc/passwd"));
        SandboxResult echo = await provider.RunAsync(specification, new SandboxCommand("echo", "works"));
        string denied = users.IsSuccess ? "does not protect" : "denies";
        AnsiConsole.WriteLine(
            $"The unprivileged tier (Landlock and a system-call filter) {echo.StandardOutput.Text.Trim()}; "
            + $"it {denied} /etc/passwd.");
    }
}
