using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Identity;

public sealed class AutomaticIdMapTests
{
    /// <summary>The first id of the host that a root host gives to sandboxes.</summary>
    private const uint Base = 1_879_048_192;

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_payload_of_root_is_nobody_on_the_host()
    {
        Requires.Root();
        using HostDirectory directory = new();
        SandboxSpecification specification = Guest.Specification(
            new BindMount(directory.Path, "/out") { Access = MountAccess.ReadWrite });
        await using ISandbox sandbox = await specification.CreateAsync();

        Assert.That(
            await sandbox.OutputAsync("id -u; id -g; id -G; echo written > /out/file"), Is.EqualTo("1000\n1000\n1000"));
        await using ISandboxProcess payload = await sandbox.StartAsync(new SandboxCommand("/bin/sleep", "10000"));

        int process = HostProcess.Children(sandbox.ProcessId).Single();
        Assert.Multiple(() =>
        {
            Assert.That(HostProcess.Status(process, "Uid").Split('\t'), Is.All.EqualTo($"{Base + 1000}"));
            Assert.That(HostProcess.Status(process, "Gid").Split('\t'), Is.All.EqualTo($"{Base + 1000}"));
            Assert.That(HostProcess.Status(process, "Groups"), Is.Empty);
            Assert.That(HostProcess.Status(sandbox.ProcessId, "Uid").Split('\t'), Is.All.EqualTo($"{Base}"));
            Assert.That(
                HostProgram.Run("stat", "-c", "%u:%g", directory.At("file")).Trim(),
                Is.EqualTo($"{Base + 1000}:{Base + 1000}"));
        });
    }

    [Test]
    public async Task Root_inside_is_nobody_on_the_host_either()
    {
        Requires.Root();
        using HostDirectory directory = new();
        directory.Write("secret", "of root");
        File.SetUnixFileMode(directory.At("secret"), UnixFileMode.UserRead);
        SandboxSpecification specification = Guest.Specification(
            new BindMount(directory.Path, "/out") { Access = MountAccess.ReadWrite }).AsRoot();

        SandboxResult result = await specification.RunAsync("id -u; touch /out/file; cat /out/secret");

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.EqualTo("0\n"));
            Assert.That(result.StandardError.Text, Does.Contain("Permission denied"));
            Assert.That(HostProgram.Run("stat", "-c", "%u", directory.At("file")).Trim(), Is.EqualTo($"{Base}"));
        });
    }

    [Test]
    public async Task Root_maps_65536_ids()
    {
        Requires.Root();

        string map = await Guest.Specification().OutputAsync("cat /proc/self/uid_map /proc/self/gid_map");

        Assert.That(map.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo(new[] { "0", $"{Base}", "65536", "0", $"{Base}", "65536" }));
    }

    [Test]
    public async Task A_payload_of_an_ordinary_user_is_that_user_on_the_host()
    {
        Requires.NotRoot();
        using HostDirectory directory = new();
        SandboxSpecification specification = Guest.Specification(
            new BindMount(directory.Path, "/out") { Access = MountAccess.ReadWrite });
        await using ISandbox sandbox = await specification.CreateAsync();

        Assert.That(
            await sandbox.OutputAsync("id -u; id -g; echo written > /out/file; cat /proc/self/setgroups"),
            Is.EqualTo("1000\n1000\ndeny"));
        await using ISandboxProcess payload = await sandbox.StartAsync(new SandboxCommand("/bin/sleep", "10000"));

        int process = HostProcess.Children(sandbox.ProcessId).Single();
        string user = HostProgram.Run("id", "-u").Trim();
        Assert.Multiple(() =>
        {
            Assert.That(HostProcess.Status(process, "Uid").Split('\t'), Is.All.EqualTo(user));
            Assert.That(HostProgram.Run("stat", "-c", "%u", directory.At("file")).Trim(), Is.EqualTo(user));
        });
    }

    [TestCase(0u)]
    [TestCase(33u)]
    [TestCase(4_000_000_000u)]
    public async Task An_ordinary_user_is_any_one_id_inside(uint id)
    {
        Requires.NotRoot();
        SandboxSpecification specification = Guest.Specification() with { User = new SandboxUser(id, id) };

        Assert.That(await specification.OutputAsync("id -u; id -g"), Is.EqualTo($"{id}\n{id}"));
    }

    [Test]
    public async Task The_host_s_groups_are_not_the_payload_s()
    {
        Requires.Root();

        // The sandbox's init as well: what it opens for a payload must not be opened with the rights of a group of the
        // host.
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        Assert.That(HostProcess.Status(sandbox.ProcessId, "Groups"), Is.Empty);
    }
}
