using Isolation;
using Spectre.Console;

namespace Quickstart;

/// <summary>Tries to break out of a sandbox and shows the results.</summary>
internal static class BreakOuts
{
    public static async Task ShowAsync(ISandboxProvider provider, Checks checks)
    {
        Screen.Heading(
            "Breaking out",
            "Each attempt runs as root in the sandbox. The table shows the output of the program; the host is "
            + "checked as well.");
        Table table = Screen.Table("attempt", "output", "");
        using Canaries canaries = new();
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().WithUser(0, 0).CreateAsync(provider);
        foreach (Attempt attempt in All(canaries))
        {
            if (!HostProgram.IsInstalled(attempt.Shell))
            {
                continue;
            }

            SandboxResult result = await sandbox.RunAsync(new SandboxCommand(attempt.Shell, "-c", attempt.Script)
            {
                StandardError = OutputTarget.SameAsStandardOutput,
                WallTime = TimeSpan.FromSeconds(5),
            });
            bool holds = checks.Expect(attempt.Title, result is { Outcome: SandboxOutcome.Completed, ExitCode: not 0 }
                && attempt.IsUnharmed());
            table.AddRow(
                new Text(attempt.Title), Screen.Plain(Screen.Shorten(result.StandardOutput.Text, 1)),
                Screen.Verdict(holds));
        }

        AnsiConsole.Write(table);
    }

    private static IEnumerable<Attempt> All(Canaries canaries)
    {
        string intruder = $"isolation-quickstart-{Environment.ProcessId}";
        yield return new("Read the host's password hashes", "cat /etc/shadow", "sh", () => true);
        yield return new(
            "Read a file that the application can read", $"cat {canaries.SecretFile}", "sh",
            () => canaries.IsFileUntouched);
        yield return new(
            "Write to /usr", $"touch /usr/bin/{intruder}", "sh", () => !File.Exists($"/usr/bin/{intruder}"));
        yield return new("Make /usr writable", "mount -o remount,rw,bind /usr", "sh", () => true);
        yield return new("Mount a file system", "mount -t tmpfs none /tmp", "sh", () => true);
        yield return new(
            "Kill a process of the host", $"kill -9 {canaries.ProcessId}", "sh", () => canaries.IsProcessAlive);
        yield return new("Read the memory of process 1", "cat /proc/1/mem", "sh", () => true);
        yield return new("Read the environment of process 1", "cat /proc/1/environ", "sh", () => true);
        yield return new(
            "Reach a service of the host", $"echo > /dev/tcp/127.0.0.1/{canaries.Port}", "bash",
            () => canaries.IsServiceUnreached);
        yield return new("Reach the network", "echo > /dev/tcp/192.0.2.1/80", "bash", () => true);
        yield return new("Make a disk device", "mknod /tmp/disk b 8 0", "sh", () => true);
        yield return new("Set the system clock", "date -s @0", "sh", () => DateTime.UtcNow.Year > 1970);
        yield return new("Change a kernel setting", "echo 1 > /proc/sys/vm/drop_caches", "sh", () => true);
        yield return new("Become another user", "setpriv --reuid=1000 --clear-groups true", "sh", () => true);
        yield return new("Leave the root directory", "chroot /proc/1/root true", "sh", () => true);
        yield return new("Join the host's namespaces", "nsenter --mount=/proc/1/ns/mnt true", "sh", () => true);
    }
}
