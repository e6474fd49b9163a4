using Isolation.Linux;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>Contains the snippets about system-call filters.</summary>
public sealed class SystemCallSteps
{
    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task Filters()
    {
        // snippet: system-calls
        SandboxSpecification judged = SandboxPresets.HostPrograms()
            .WithSystemCalls(calls => calls
                .From(SystemCallFilter.Judge)
                .Deny(1, "kill", "tkill", "tgkill")
                .KillProcess("fork", "vfork")
                .Deny(1, "ioctl").When(ArgumentComparison.Int32Equal(1, 0x5412)))
            .Build();
        SandboxCommand compile = new("sh", "-c", "echo compiled") { SystemCalls = SystemCallFilter.Default };
        await using ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(judged);
        SandboxResult compiled = await sandbox.RunAsync(compile);
        SandboxResult run = await sandbox.RunAsync(new SandboxCommand("echo", "run"));
        // snippet end
        Assert.That((compiled.StandardOutput.Text, run.StandardOutput.Text), Is.EqualTo(("compiled\n", "run\n")));
    }

    [Test]
    public void Profiles_of_container_engines()
    {
        string json =
            """{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]}""";

        // snippet: oci-profile
        List<string> unknown = [];
        SystemCallFilter filter = OciSeccompProfile.Read(json, new OciSeccompOptions { UnknownNames = unknown });
        string written = OciSeccompProfile.Write(SystemCallFilter.Default);
        // snippet end
        Assert.That(unknown, Is.Empty);
        Assert.That(filter.Rules, Has.Length.EqualTo(1));
        Assert.That(written, Does.Contain("SCMP_ACT_ALLOW"));
    }
}
