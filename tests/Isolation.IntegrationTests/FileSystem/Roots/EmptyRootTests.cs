using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Roots;

public sealed class BuiltRootTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [TestCase(0u)]
    [TestCase(1000u)]
    public async Task Directories_of_the_host_and_the_root_are_read_only(uint user)
    {
        Guest.RequirePython();
        const string Script = """
            import errno, os, sys
            for path in ['/isolation-made', '/usr/isolation-made', '/usr/bin/isolation-made', '/usr/lib/made']:
                try:
                    os.open(path, os.O_CREAT | os.O_WRONLY)
                    print(path, 'made')
                except OSError as error:
                    print(path, errno.errorcode[error.errno])
            """;
        SandboxSpecification specification = Guest.Specification() with { User = new SandboxUser(user, user) };

        Assert.That((await specification.OutputAsync(Guest.Python(Script))).Split('\n'), Is.All.EndsWith(" EROFS"));
    }

    [Test]
    public async Task Holds_what_was_put_into_it_and_nothing_else()
    {
        string output = await Guest.Specification(new FileEntry("/etc/hostname", "box\n"u8.ToArray()))
            .OutputAsync("ls -A /; ls /etc");

        string[] expected = [.. Guest.Programs.Select(entry => entry.Target.Split('/')[1]).Append("etc").Append("proc")
            .Append("dev").Append("tmp").Distinct()];
        Assert.That(
            output.Split('\n').SkipLast(Directory.Exists("/etc/alternatives") ? 2 : 1), Is.EquivalentTo(expected));
    }

    [Test]
    public async Task No_mount_of_the_host_s_root_is_left()
    {
        string mounts = await Guest.Specification().OutputAsync("cat /proc/self/mountinfo");

        string[] targets = [.. mounts.Split('\n').Select(line => line.Split(' ')[4])];
        string[] allowed = ["/", "/proc", "/dev", "/tmp", "/usr", "/bin", "/sbin", "/lib", "/lib64",
            "/etc/alternatives"];
        Assert.Multiple(() =>
        {
            Assert.That(
                targets.Where(
                    target => !allowed.Contains(target) && !target.StartsWith("/dev/", StringComparison.Ordinal)
                    && !target.StartsWith("/usr/", StringComparison.Ordinal)), Is.Empty);
            Assert.That(targets.Count(target => target == "/"), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task The_way_up_ends_at_the_root()
    {
        Assert.That(
            await Guest.Specification().OutputAsync(
                "cd /../../..; pwd -P; ls -di / /.. | awk '{print $1}' | uniq | wc -l"), Is.EqualTo("/\n1"));
    }

    [Test]
    public async Task A_writable_root_takes_files_up_to_its_size()
    {
        SandboxSpecification specification = Guest.Specification()
            .AsRoot() with
        { Root = new EmptyRoot { Access = MountAccess.ReadWrite, Size = 1 << 20 } };

        SandboxResult result = await specification.RunAsync(
            "head -c 500000 /dev/zero > /fits && head -c 2000000 /dev/zero > /large");

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.StandardError.Text, Does.Contain("No space left on device"));
        });
    }

    [Test]
    public async Task Mounts_below_a_read_only_directory_are_read_only()
    {
        Requires.Root();
        using HostDirectory directory = new();
        string below = directory.Directory("below");
        HostProgram.Run("mount", "-t", "tmpfs", "-o", "mode=777", "tmpfs", below);
        try
        {
            SandboxSpecification specification = Guest.Specification(
                new BindMount(directory.Path, "/read"),
                new BindMount(directory.Path, "/write") { Access = MountAccess.ReadWrite }).AsRoot();

            SandboxResult result = await specification.RunAsync(
                "echo host > /write/below/file && cat /read/below/file && touch /read/below/other");

            Assert.Multiple(() =>
            {
                Assert.That(result.StandardOutput.Text, Is.EqualTo("host\n"));
                Assert.That(result.StandardError.Text, Does.Contain("Read-only file system"));
                Assert.That(directory.Read("below/file"), Is.EqualTo("host\n"));
                Assert.That(directory.Has("below/other"), Is.False);
            });
        }
        finally
        {
            HostProgram.Run("umount", below);
        }
    }

    [Test]
    public async Task A_target_below_a_read_only_directory_must_exist()
    {
        SandboxSpecification specification = Guest.Specification(new TemporaryMount("/usr/isolation-test"));

        SandboxException refusal = await specification.RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Stage, Is.EqualTo("find /usr/isolation-test"));
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
        });
    }

    [Test]
    public async Task A_source_that_is_missing_is_an_error_that_names_it()
    {
        SandboxException refusal = await Guest.Specification(new BindMount("/isolation-no-such-directory", "/data"))
            .RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Target, Is.EqualTo("/isolation-no-such-directory"));
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
        });
    }

    [Test]
    public async Task One_file_of_the_host_is_mounted_on_a_file()
    {
        using HostDirectory directory = new();
        string file = directory.Write("settings", "of the host");
        SandboxSpecification specification = Guest.Specification(new BindMount(file, "/etc/deep/settings"));

        SandboxResult result = await specification.AsRoot().RunAsync(
            "cat /etc/deep/settings; echo changed > /etc/deep/settings");

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.EqualTo("of the host"));
            Assert.That(result.StandardError.Text, Does.Contain("Read-only file system"));
            Assert.That(directory.Read("settings"), Is.EqualTo("of the host"));
        });
    }
}
