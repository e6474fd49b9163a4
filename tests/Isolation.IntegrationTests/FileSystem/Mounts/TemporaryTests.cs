using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Mounts;

public sealed class TemporaryTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Holds_exactly_its_size()
    {
        SandboxSpecification specification = Guest.Specification(new TemporaryMount("/small") { Size = 64 << 10 });

        SandboxResult result = await specification.RunAsync(
            "head -c 65536 /dev/zero > /small/file && wc -c < /small/file && head -c 1 /dev/zero >> /small/file");

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.EqualTo("65536\n"));
            Assert.That(result.StandardError.Text, Does.Contain("No space left on device"));
        });
    }

    [Test]
    public async Task A_size_is_rounded_up_to_whole_pages()
    {
        string output = await Guest.Specification(new TemporaryMount("/small") { Size = 1 })
            .OutputAsync("head -c $(getconf PAGESIZE) /dev/zero > /small/file && echo fits");

        Assert.That(output, Is.EqualTo("fits"));
    }

    [Test]
    public async Task Holds_no_more_files_than_asked()
    {
        SandboxResult result = await Guest.Specification(new TemporaryMount("/small") { Inodes = 4 })
            .RunAsync("cd /small; touch 1 2 3 && ls && touch 4");

        // The directory itself counts.
        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.EqualTo("1\n2\n3\n"));
            Assert.That(result.StandardError.Text, Does.Contain("No space left on device"));
        });
    }

    [TestCase(0b1_111_111_111, "1777")]
    [TestCase(0b111_101_101, "755")]
    [TestCase(0b111_000_000, "700")]
    public async Task Has_the_permissions_asked_for(int mode, string expected)
    {
        TemporaryMount mount = new("/directory") { Mode = (UnixFileMode)mode };

        Assert.That(await Guest.Specification(mount).OutputAsync("stat -c %a /directory"), Is.EqualTo(expected));
    }

    [TestCase(MountOptions.NoSetUserId | MountOptions.NoDevices, "rw,nosuid,nodev,relatime")]
    [TestCase(
        MountOptions.NoSetUserId | MountOptions.NoDevices | MountOptions.NoExecute, "rw,nosuid,nodev,noexec,relatime")]
    [TestCase(MountOptions.NoSymbolicLinks, "rw,nosymfollow,relatime")]
    [TestCase(MountOptions.None, "rw,relatime")]
    public async Task Has_the_options_asked_for(MountOptions options, string expected)
    {
        TemporaryMount mount = new("/directory") { Options = options };

        string line = await Guest.Specification(mount).OutputAsync("grep ' /directory ' /proc/self/mountinfo");

        string[] fields = line.Split(' ');
        string[] words = [.. fields[5].Split(',').Where(word => word is not ("relatime" or "noatime"))];
        Assert.That(words, Is.EquivalentTo(expected.Split(',').SkipLast(1)));
    }

    [Test]
    public async Task Is_empty_and_each_sandbox_has_its_own()
    {
        SandboxSpecification specification = Guest.Specification();
        await using ISandbox first = await specification.CreateAsync();
        await using ISandbox second = await specification.CreateAsync();

        await first.OutputAsync("echo > /tmp/file");

        Assert.Multiple(async () =>
        {
            Assert.That(await first.OutputAsync("ls /tmp"), Is.EqualTo("file"));
            Assert.That(await second.OutputAsync("ls /tmp"), Is.Empty);
        });
    }

    [Test]
    public async Task Directories_on_the_way_are_made()
    {
        Assert.That(
            await Guest.Specification(new TemporaryMount("/a/b/c/d")).OutputAsync(
                "echo x > /a/b/c/d/e; cat /a/b/c/d/e; stat -c %a /a /a/b"), Is.EqualTo("x\n755\n755"));
    }

    [Test]
    public async Task May_be_mounted_in_one_another()
    {
        SandboxSpecification specification = Guest.Specification(
            new TemporaryMount("/tmp/one"), new TemporaryMount("/tmp/one/two"),
            new FileEntry("/tmp/one/two/file", "deep"u8.ToArray()));

        Assert.That(await specification.OutputAsync("cat /tmp/one/two/file"), Is.EqualTo("deep"));
    }
}
