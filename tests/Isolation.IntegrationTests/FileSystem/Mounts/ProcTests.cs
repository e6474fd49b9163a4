using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Mounts;

public sealed class ProcTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [TestCase(ProcessVisibility.All, "yes yes")]
    [TestCase(ProcessVisibility.NoDetails, "yes no")]
    [TestCase(ProcessVisibility.Invisible, "no no")]
    [TestCase(ProcessVisibility.Traceable, "no no")]
    public async Task Processes_of_others_are_hidden_as_asked(ProcessVisibility visibility, string expected)
    {
        // The payload's user is not init's, but where there is one id only: there init is hidden because it cannot be
        // traced.
        SandboxSpecification specification = Replace(new ProcMount { Visibility = visibility });

        string output = await specification.OutputAsync(
            "test -d /proc/1 && echo yes || echo no; cat /proc/1/stat >/dev/null 2>&1 && echo yes || echo no");

        Assert.That(output.Replace('\n', ' '), Is.EqualTo(expected));
    }

    [Test]
    public async Task Only_processes_are_there_where_asked()
    {
        string output = await Replace(new ProcMount { Content = ProcContent.ProcessesOnly })
            .OutputAsync("ls /proc | grep -v '^[0-9]'; ls -d /proc/1");

        Assert.That(output, Is.EqualTo("self\nthread-self\n/proc/1"));
    }

    [Test]
    public async Task May_be_read_only()
    {
        SandboxResult result = await Replace(new ProcMount { Access = MountAccess.ReadOnly })
            .RunAsync("cat /proc/self/comm; echo 500 > /proc/self/oom_score_adj");

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.EqualTo("cat\n"));
            Assert.That(result.StandardError.Text, Does.Contain("Read-only file system"));
        });
    }

    [Test]
    public async Task Can_be_written_by_default()
    {
        Assert.That(
            await Guest.Specification().OutputAsync(
                "echo 500 > /proc/self/oom_score_adj; cat /proc/self/oom_score_adj"), Is.EqualTo("500"));
    }

    [TestCase("/proc/sys/kernel/core_pattern")]
    [TestCase("/proc/sys/vm/drop_caches")]
    [TestCase("/proc/sysrq-trigger")]
    [TestCase("/proc/sys/kernel/modprobe")]
    public async Task The_host_s_settings_cannot_be_written_by_root_inside(string file)
    {
        Requires.That("file", File.Exists(file), $"{file} is needed");

        SandboxResult result = await Guest.Specification().AsRoot().RunAsync($"echo x > {file}");

        Assert.That(result.StandardError.Text, Does.Contain("Permission denied"));
    }

    private static SandboxSpecification Replace(ProcMount proc)
    {
        SandboxSpecification specification = Guest.Specification();
        return specification with { Mounts = specification.Mounts.Replace(new ProcMount(), proc) };
    }
}
