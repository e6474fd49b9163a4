using System.Diagnostics;
using Isolation.IntegrationTests.Robustness;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Host;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Scopes of systemd that hosts of sandboxes have, on a host with pure v2.</summary>
internal static class Scopes
{
    internal const string Top = "/sys/fs/cgroup";

    /// <summary>The group of v2 that this process is in.</summary>
    internal static string OwnGroup =>
        File.ReadLines("/proc/self/cgroup").First(line => line.StartsWith("0::", StringComparison.Ordinal))[3..];

    /// <summary>Checks whether processes can be moved from here to a scope of the user's manager.</summary>
    internal static bool IsInReach => Environment.IsPrivilegedProcess
        || OwnGroup.Contains("/user@", StringComparison.Ordinal);

    /// <summary>The directories of the scopes that a process has.</summary>
    internal static string[] Of(int process) =>
        [.. Directory.GetDirectories(Top, "isolation-*.scope", SearchOption.AllDirectories)
            .Where(directory => Owner(directory)?.Process == process)];

    /// <summary>The groups right below one, but for that of the keeper.</summary>
    internal static string[] Sandboxes(string scope) =>
        [.. CgroupFiles.Children(scope).Where(directory => Path.GetFileName(directory) != "keeper")];

    /// <summary>Gets a property of a unit from systemd.</summary>
    internal static string Show(string unit, string property) =>
        Systemctl("show", "--value", "--property", property, unit).Trim();

    internal static string Systemctl(params string[] arguments)
    {
        string[] manager = Environment.IsPrivilegedProcess ? [] : ["--user"];
        ProcessStartInfo start = new("systemctl", [.. manager, .. arguments]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, string.Join(' ', arguments));
        return output;
    }

    /// <summary>Waits until a group is gone.</summary>
    internal static async Task<bool> IsGoneAsync(string directory)
    {
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using FileSystemWatcher watcher = new(
            Path.GetDirectoryName(directory)!,
            Path.GetFileName(directory))
        { NotifyFilter = NotifyFilters.DirectoryName };
        watcher.Deleted += (_, _) => gone.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (Directory.Exists(directory))
        {
            await Task.WhenAny(gone.Task, Task.Delay(Processes.Patience));
        }

        return !Directory.Exists(directory);
    }

    private static CgroupOwner? Owner(string scope) => CgroupOwner.Parse(Path.GetFileName(scope)[..^".scope".Length]);
}
