using Isolation.Linux;

namespace Isolation.TestHost;

/// <summary>Runs a selection of features under the conditions in which the test started this process.</summary>
internal static class Battery
{
    /// <summary>Runs the battery twice, since the runtime keeps descriptors open after their first use.</summary>
    internal static async Task RunAsync(Report report)
    {
        await RunOnceAsync(_ => { });
        string[] descriptors = Self.Descriptors();
        await RunOnceAsync(report.Add);
        Self.HasNoMoreThan(descriptors, "After the battery");
    }

    private static async Task RunOnceAsync(Action<string> report)
    {
        LinuxSandboxProvider provider = LinuxSandboxProvider.Default;
        SandboxSpecification specification = TestSandboxes.Standard;

        SandboxResult echo = await provider.RunAsync(
            specification, new SandboxCommand("/bin/cat") { StandardInput = InputSource.FromText("to and fro") });
        Expect(echo.IsSuccess && echo.StandardOutput.Text == "to and fro", $"echo: {echo}");

        for (int i = 0; i < 20; i++)
        {
            SandboxResult coded = await provider.RunAsync(
                specification, TestSandboxes.Shell($"echo out; echo err >&2; exit {i}"));
            Expect(coded.ExitCode == i && coded.StandardOutput.Text == "out\n"
                && coded.StandardError.Text == "err\n", $"exit {i}: {coded}");
        }

        SandboxResult status = await provider.RunAsync(
            specification, new SandboxCommand("/bin/cat", "/proc/self/status"));
        foreach (string line in status.EnsureSuccess().StandardOutput.Text.Split('\n')
            .Where(line => line.StartsWith("Sig", StringComparison.Ordinal)))
        {
            report(line);
        }

        SandboxResult personality = await provider.RunAsync(
            specification, new SandboxCommand("/bin/cat", "/proc/self/personality"));
        report($"personality {personality.EnsureSuccess().StandardOutput.Text.Trim()}");

        // The expansion of the shell opens the directory too, which appears as descriptor 3.
        SandboxResult open = await provider.RunAsync(specification, TestSandboxes.Shell("echo /proc/self/fd/*"));
        report($"open {open.EnsureSuccess().StandardOutput.Text.Trim()}");

        await using (ISandbox sandbox = await provider.CreateAsync(specification))
        {
            report($"image {new FileInfo($"/proc/{sandbox.ProcessId}/exe").LinkTarget}");
            SandboxResult killed = await sandbox.RunAsync(TestSandboxes.Shell("kill -TERM $$"));
            Expect(killed is { Outcome: SandboxOutcome.Signaled, Signal: UnixSignal.SIGTERM }, $"killed: {killed}");
            SandboxResult child = await sandbox.RunAsync(TestSandboxes.Shell("(exit 3) & wait $!; echo $?"));
            Expect(child.StandardOutput.Text == "3\n", $"a child's exit status: {child.StandardOutput.Text}");
            await using ISandboxProcess process = await sandbox.StartAsync(
                new SandboxCommand("/bin/cat")
                {
                    StandardInput = InputSource.Pipe,
                    StandardOutput = OutputTarget.Pipe,
                });
            process.StandardInput!.WriteByte(65);
            await process.StandardInput.FlushAsync();
            Expect(process.StandardOutput!.ReadByte() == 65, "the pipe");
            SandboxResult stopped = await process.KillAsync();
            Expect(stopped.Outcome == SandboxOutcome.Canceled, $"stopped: {stopped}");
        }

        try
        {
            await provider.RunAsync(specification, new SandboxCommand("/no/such/program"));
            throw new InvalidOperationException("A program that does not exist was run.");
        }
        catch (SandboxException exception)
        {
            Expect(exception.ErrorName == "ENOENT", exception.Message);
        }
    }

    private static void Expect(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"It is not as it should be: {what}");
        }
    }
}
