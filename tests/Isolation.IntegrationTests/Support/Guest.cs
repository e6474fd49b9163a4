using System.Collections.Immutable;
using Isolation.Linux;

namespace Isolation.IntegrationTests.Support;

/// <summary>Sandboxes with the programs of the host in them, and short ways to run a script.</summary>
internal static class Guest
{
    /// <summary>Far more than anything takes; a test that reaches it hangs.</summary>
    internal static TimeSpan Patience { get; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Lets a preset run without its limits where there are no cgroups, for tests of something else.
    /// </summary>
    internal static SandboxBuilder BestEffort(this SandboxBuilder preset) =>
        preset.WithLimits(limits => limits.BestEffort());

    /// <summary>The kinds of namespaces, each with the name of its file in /proc/PID/ns.</summary>
    internal static ImmutableArray<(Namespaces Kind, string File)> Kinds { get; } =
    [
        (Namespaces.User, "user"), (Namespaces.Mount, "mnt"), (Namespaces.Pid, "pid"),
        (Namespaces.Network, "net"), (Namespaces.Ipc, "ipc"), (Namespaces.Uts, "uts"),
        (Namespaces.Cgroup, "cgroup"), (Namespaces.Time, "time"),
    ];

    /// <summary>The programs and libraries of the host, read-only.</summary>
    internal static ImmutableArray<MountEntry> Programs { get; } = [.. FindPrograms()];

    internal static LinuxSandboxProvider Provider => LinuxSandboxProvider.Default;

    /// <summary>Programs, proc, devices, /tmp, and what else is given.</summary>
    internal static SandboxSpecification Specification(params ImmutableArray<MountEntry> more) =>
        new() { Mounts = [.. Programs, new ProcMount(), new DeviceMount(), new TemporaryMount("/tmp"), .. more] };

    /// <summary>The specification with a user who may do everything that a payload can: the sandbox's root.</summary>
    internal static SandboxSpecification AsRoot(this SandboxSpecification specification) =>
        specification with { User = new(0, 0) };

    internal static SandboxCommand Shell(string script, params ImmutableArray<string> arguments) =>
        new("/bin/sh", ["-c", script, "sh", .. arguments]) { WallTime = Patience };

    /// <summary>A script for a root that holds busybox as its only program.</summary>
    internal static SandboxCommand Busybox(string script)
    {
        // Not every build of busybox finds its own applets in a shell.
        const string Applets =
            "for applet in cat ls wc grep touch id; do alias $applet=\"/bin/busybox $applet\"; done\n";
        return new SandboxCommand("/bin/busybox", "sh", "-c", Applets + script) { WallTime = Patience };
    }

    internal static SandboxCommand Python(string script, params ImmutableArray<string> arguments) =>
        new("/usr/bin/python3", ["-I", "-c", script, .. arguments]) { WallTime = Patience };

    /// <summary>Skips the test where python3 is not installed as a part of the system.</summary>
    internal static void RequirePython() =>
        Requires.That("program:python3", File.Exists("/usr/bin/python3"), "the program /usr/bin/python3 is needed");

    /// <summary>Runs a script in a sandbox of its own.</summary>
    internal static Task<SandboxResult> RunAsync(
        this SandboxSpecification specification, string script, params ImmutableArray<string> arguments) =>
        Provider.RunAsync(specification, Shell(script, arguments));

    /// <summary>Runs a script in a sandbox of its own and returns its output. The script must succeed.</summary>
    internal static Task<string> OutputAsync(
        this SandboxSpecification specification, string script, params ImmutableArray<string> arguments) =>
        specification.OutputAsync(Shell(script, arguments));

    /// <summary>Runs a command in a sandbox of its own and returns its output. The command must succeed.</summary>
    internal static async Task<string> OutputAsync(this SandboxSpecification specification, SandboxCommand command) =>
        Output(await Provider.RunAsync(specification, command));

    /// <summary>Runs a script and returns its output. The script must succeed.</summary>
    internal static async Task<string> OutputAsync(
        this ISandbox sandbox, string script, params ImmutableArray<string> arguments) =>
        Output(await sandbox.RunAsync(Shell(script, arguments)));

    /// <summary>Gets the output of a command, which must have succeeded.</summary>
    internal static string Output(SandboxResult result)
    {
        Assert.That(
            result.IsSuccess, Is.True,
            $"{result.Outcome} {result.ExitCode} {result.Signal}: {result.StandardOutput}{result.StandardError}");
        return result.StandardOutput.Text.TrimEnd('\n');
    }

    internal static Task<ISandbox> CreateAsync(this SandboxSpecification specification) =>
        Provider.CreateAsync(specification);

    /// <summary>Gets the exception of a sandbox that cannot be created.</summary>
    internal static async Task<SandboxException> RefusalAsync(
        this SandboxSpecification specification, SandboxCommand? command = null)
    {
        try
        {
            SandboxResult result = await Provider.RunAsync(specification, command ?? Shell("true"));
            throw new AssertionException($"It ran: {result}");
        }
        catch (SandboxException refusal)
        {
            return refusal;
        }
    }

    private static IEnumerable<MountEntry> FindPrograms()
    {
        foreach (string path in (string[])["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives"])
        {
            if (new DirectoryInfo(path).LinkTarget is { } link)
            {
                yield return new SymbolicLinkEntry(path, link);
            }
            else if (Directory.Exists(path))
            {
                yield return new BindMount(path, path);
            }
        }
    }
}
