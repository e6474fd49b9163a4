using Isolation;
using Spectre.Console;

namespace Quickstart;

/// <summary>Shows the output of the same scripts outside and in a sandbox.</summary>
internal static class Views
{
    private static readonly View[] All =
    [
        new("User", "id", true),
        new("Root directory", "ls / | tr '\\n' ' '", true),
        new("Processes",
            "set -- /proc/[0-9]*; echo $#: $(cat /proc/[0-9]*/comm 2>/dev/null | sort -u | head -n 10)", true),
        new("Host name", "uname -n", true),
        new("Known users", "set -- $(cut -d: -f1 /etc/passwd); echo $#: $(echo $* | cut -d' ' -f1-8)", true),
        new("Network devices", "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d '\\n'", false),
        new("Home directories", "ls -d /root /home/* 2>&1", true),
        new("Environment", "set -- $(env | cut -d= -f1 | sort); echo $#: $(echo $* | cut -d' ' -f1-4)", true),
        new("Capabilities", "grep -E 'Cap(Eff|Bnd)' /proc/self/status", false),
        new("Open descriptors", "ls /proc/self/fd | tr '\\n' ' '", false),
    ];

    public static async Task ShowAsync(ISandboxProvider provider, Checks checks)
    {
        Screen.Heading(
            "The view of a program",
            "The same sh scripts, run by this process directly and in a sandbox with the host's programs.");
        Table table = Screen.Table("", "outside", "in the sandbox");
        table.ShowRowSeparators();
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync(provider);
        foreach (View view in All)
        {
            string outside = await HostProgram.RunAsync("sh", "-c", view.Script);
            SandboxResult result = await sandbox.RunAsync(new SandboxCommand("sh", "-c", view.Script));
            string inside = result.StandardOutput.Text + result.StandardError.Text;
            if (view.MustDiffer)
            {
                checks.Expect($"{view.Title} differs", inside.Length > 0 && inside != outside);
            }

            table.AddRow(
                new Text(view.Title), Screen.Plain(Screen.Shorten(outside, 6)),
                Screen.Plain(Screen.Shorten(inside, 6)));
        }

        AnsiConsole.Write(table);
    }
}
