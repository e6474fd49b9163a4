using Isolation;
using Spectre.Console;

namespace Quickstart;

/// <summary>Shows what is left where no namespace can be created, such as in a container with default options.</summary>
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

        SandboxResult shadow = await provider.RunAsync(specification, new SandboxCommand("cat", "/etc/passwd"));
        SandboxResult echo = await provider.RunAsync(specification, new SandboxCommand("echo", "works"));
        string denied = shadow.IsSuccess ? "does not protect" : "denies";
        AnsiConsole.MarkupLineInterpolated(
            $"The unprivileged tier (Landlock and a system-call filter) {echo.StandardOutput.Text.Trim()}; it {denied} /etc/passwd.");
    }
}
