using Isolation.Linux;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>The short snippets of filters, Landlock, capabilities and the tier without privileges.</summary>
public sealed class HardeningSteps
{
    [Test]
    public async Task Filtered()
    {
        Requires.UserNamespaces();

        // snippet: readme-system-calls
        SandboxResult judged = await SandboxPresets.HostPrograms()
            .WithSystemCalls(calls => calls.From(SystemCallFilter.Judge).Deny(1, "kill", "tkill"))
            .RunAsync(LinuxSandboxProvider.Default, new SandboxCommand("echo", "judged"));
        // snippet end
        Assert.That(judged.StandardOutput.Text, Is.EqualTo("judged\n"));
    }

    [Test]
    public async Task Restricted()
    {
        Requires.UserNamespaces();
        RequireLandlock();

        // snippet: readme-landlock
        SandboxResult kept = await SandboxPresets.HostPrograms()
            .WithLandlock(landlock => landlock.ReadExecute("/").ReadWrite("/tmp").DenyTcp(Requirement.Prefer))
            .RunAsync(
                LinuxSandboxProvider.Default, new SandboxCommand("sh", "-c", "echo text > /tmp/file; cat /tmp/file"));
        // snippet end
        Assert.That(kept.StandardOutput.Text, Is.EqualTo("text\n"), kept.StandardError.Text);
    }

    [Test]
    public async Task Hardened()
    {
        Requires.UserNamespaces();

        // snippet: readme-hardening
        SandboxResult status = await SandboxPresets.HostPrograms()
            .WithCapabilities(Capabilities.NetBindService)
            .WithHardening(
                hardening => hardening with { DenyWriteExecute = Requirement.Prefer, OutOfMemoryScore = 500 })
            .RunAsync(LinuxSandboxProvider.Default, new SandboxCommand("grep", "CapEff", "/proc/self/status"));
        // snippet end
        Assert.That(status.StandardOutput.Text, Does.Contain("0000000000000400"), status.StandardError.Text);
    }

    [Test]
    public async Task Without_privileges()
    {
        RequireLandlock();

        // snippet: readme-unprivileged
        await using ISandbox confined = await SandboxPresets.Unprivileged().CreateAsync(LinuxSandboxProvider.Default);
        SandboxResult refused = await confined.RunAsync(new SandboxCommand("cat", "/etc/passwd"));
        Console.WriteLine(string.Join('\n', confined.Report.NotApplied));
        // snippet end
        Assert.That(refused.StandardError.Text, Does.Contain("Permission denied"));
    }

    private static void RequireLandlock() =>
        Requires.That(
            "landlock", LinuxSandboxProvider.Default.Support[IsolationFeature.Landlock].IsSupported,
            "Landlock is needed");
}
