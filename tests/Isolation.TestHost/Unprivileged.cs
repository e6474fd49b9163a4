using Isolation.Linux;

namespace Isolation.TestHost;

/// <summary>Creates sandboxes without namespaces and capabilities.</summary>
internal static class Unprivileged
{
    internal static async Task RunAsync(Report report)
    {
        LinuxSandboxProvider provider = LinuxSandboxProvider.Default;
        report.Add($"namespaces {provider.Support[IsolationFeature.UserNamespaces].IsSupported}");
        SandboxSpecification specification = SandboxPresets.Unprivileged().Build();

        SandboxResult once = await provider.RunAsync(
            specification, new SandboxCommand("/bin/cat") { StandardInput = InputSource.FromText("to and fro") });
        report.Add($"once {once.Outcome} {once.StandardOutput}");

        await using ISandbox sandbox = await provider.CreateAsync(specification);
        foreach (NotApplied missing in sandbox.Report.NotApplied)
        {
            report.Add($"missing {missing.Feature}");
        }

        SandboxResult coded = await sandbox.RunAsync(TestSandboxes.Shell("echo out; echo err >&2; exit 3"));
        report.Add($"coded {coded.ExitCode} {coded.StandardOutput.Text.Trim()} {coded.StandardError.Text.Trim()}");
        SandboxResult slow = await sandbox.RunAsync(
            TestSandboxes.Shell("sleep 1000 & sleep 1000") with { WallTime = TimeSpan.FromMilliseconds(300) });
        report.Add($"slow {slow.Outcome}");
        SandboxResult write = await sandbox.RunAsync(TestSandboxes.Shell("echo x >/tmp/isolation-unprivileged"));
        report.Add($"write {write.ExitCode} {File.Exists("/tmp/isolation-unprivileged")}");
    }

    /// <summary>
    /// Runs scripts that leave processes behind and reports the remaining processes after each run. This process reaps
    /// only its own children.
    /// </summary>
    internal static async Task EndAsync(Report report)
    {
        SandboxSpecification specification = SandboxPresets.Unprivileged().Build();
        string[] scripts =
        [
            "true",
            "sleep 100000 & true",
            "(setsid sleep 100000 &); true",
            "(setsid sh -c 'sleep 100000 & sleep 100000' &); sleep 100000",
            "for i in 1 2 3 4 5 6 7 8; do (sh -c 'exit 3' &); done; true",
        ];
        foreach (string script in scripts)
        {
            SandboxCommand command = TestSandboxes.Shell(
                $"{{ {script}; }} </dev/null >/dev/null 2>&1") with
            { WallTime = TimeSpan.FromMilliseconds(500) };
            SandboxResult once = await LinuxSandboxProvider.Default.RunAsync(specification, command);
            report.Add($"once {once.Outcome}: {string.Join(' ', Others())}");
            await using (ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(specification))
            {
                SandboxResult result = await sandbox.RunAsync(command);
                IEnumerable<string> others = Others().Where(
                    other => !other.StartsWith($"{sandbox.ProcessId} ", StringComparison.Ordinal));
                report.Add($"run {result.Outcome}: {string.Join(' ', others)}");
            }

            report.Add($"disposed: {string.Join(' ', Others())}");
        }
    }

    /// <summary>Lists all other processes in this PID namespace, including zombies.</summary>
    private static IEnumerable<string> Others()
    {
        foreach (string directory in Directory.GetDirectories("/proc").Where(
            directory => int.TryParse(Path.GetFileName(directory), out _)))
        {
            string[] stat = [];
            try
            {
                stat = File.ReadAllText($"{directory}/stat").Split(' ');
            }
            catch (IOException)
            {
                // The process has ended.
            }

            if (stat.Length > 0 && stat[0] != $"{Environment.ProcessId}")
            {
                yield return $"{stat[0]} {stat[1]} {stat[2]}";
            }
        }
    }
}
