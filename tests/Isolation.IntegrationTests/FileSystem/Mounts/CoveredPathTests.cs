using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Mounts;

[Category("OlderKernel")]
public sealed class CoveredPathTests
{
    private HostDirectory _directory = null!;

    [SetUp]
    public void SetUp()
    {
        Requires.UserNamespaces();
        _directory = new HostDirectory();
        _directory.Directory("inner");
        _directory.Write("inner/secret", "secret");
        _directory.Write("file", "secret");
    }

    [TearDown]
    public void TearDown() => _directory?.Dispose();

    [Test]
    public async Task A_masked_directory_is_empty_and_a_masked_file_too()
    {
        SandboxSpecification specification = Specification()
            with
        { MaskedPaths = ["/data/inner", "/data/file", "/proc/meminfo"] };

        SandboxResult result = await specification.RunAsync(
            "ls -A /data/inner; cat /data/file /proc/meminfo; touch /data/inner/made; echo x > /data/file; cat "
            + "/data/file");

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.Empty);
            Assert.That(result.StandardError.Text, Does.Contain("Read-only file system"));
            Assert.That(_directory.Read("file"), Is.EqualTo("secret"));
            Assert.That(_directory.Has("inner/made"), Is.False);
        });
    }

    [Test]
    public async Task A_read_only_path_cannot_be_written_with_all_below()
    {
        SandboxSpecification specification = Specification(
            new TemporaryMount("/data/inner")) with
        { ReadOnlyPaths = ["/data", "/proc/sys"] };

        SandboxResult result = await specification.RunAsync(
            "cat /data/file; touch /data/made; touch /data/inner/made; echo x > /data/file; echo ok > /tmp/file && cat "
            + "/tmp/file");

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.EqualTo("secretok\n"));
            Assert.That(
                result.StandardError.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                Has.Length.EqualTo(3).And.All.Contains("Read-only file system"));
        });
    }

    [Test]
    public async Task A_file_may_be_read_only_in_a_writable_directory()
    {
        SandboxSpecification specification = Specification() with { ReadOnlyPaths = ["/data/file"] };

        SandboxResult result = await specification.RunAsync("echo x > /data/other && echo x > /data/file");

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardError.Text, Does.Contain("Read-only file system"));
            Assert.That(_directory.Has("other"), Is.True);
            Assert.That(_directory.Read("file"), Is.EqualTo("secret"));
        });
    }

    [Test]
    public async Task A_path_that_is_missing_is_passed_over()
    {
        SandboxSpecification specification = Specification() with
        {
            MaskedPaths = ["/missing", "/data/missing/deep", "/data/file/below"],
            ReadOnlyPaths = ["/missing2", "/data/file/below"],
        };

        Assert.That(await specification.OutputAsync("cat /data/file"), Is.EqualTo("secret"));
    }

    [Test]
    public async Task A_path_that_cannot_be_resolved_is_an_error()
    {
        File.CreateSymbolicLink(_directory.At("loop"), "loop");

        SandboxException masked = await (Specification() with { MaskedPaths = ["/data/loop"] }).RefusalAsync();
        SandboxException readOnly = await (Specification() with { ReadOnlyPaths = ["/data/loop"] }).RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(masked.Stage, Is.EqualTo("find /data/loop"));
            Assert.That(masked.ErrorName, Is.EqualTo("ELOOP"));
            Assert.That(readOnly.ErrorName, Is.EqualTo("ELOOP"));
        });
    }

    [Test]
    public async Task An_entry_that_is_only_preferred_is_left_out_and_reported()
    {
        SandboxSpecification specification = Guest.Specification(
            new TemporaryMount("/usr/isolation-test") { Requirement = Requirement.Prefer },
            new FileEntry("/proc/file", "x"u8.ToArray()) { Requirement = Requirement.Prefer },
            new TemporaryMount("/after"));

        await using ISandbox sandbox = await specification.CreateAsync();

        Assert.Multiple(() =>
        {
            Assert.That(
                sandbox.Report.NotApplied.Select(one => one.Feature).ToArray(),
                Has.Length.EqualTo(2).And.Some.Contains("/usr/isolation-test").And.Some.Contains("/proc/file"));
            Assert.That(sandbox.Report.NotApplied[0].Reason, Does.Contain("No such file").Or.Contain("ENOENT"));
        });
        Assert.That(await sandbox.OutputAsync("echo x > /after/file; cat /after/file"), Is.EqualTo("x"));
    }

    [Test]
    public async Task A_directory_of_the_host_that_is_missing_may_be_only_preferred()
    {
        SandboxSpecification specification = Guest.Specification(
            new BindMount("/isolation-no-such-directory", "/optional") { Requirement = Requirement.Prefer },
            new FileEntry("/etc/settings", "given"u8.ToArray()),
            new BindMount(_directory.Path, "/data"));

        await using ISandbox sandbox = await specification.CreateAsync();

        Assert.That(sandbox.Report.NotApplied.Single().Feature, Does.Contain("/isolation-no-such-directory"));
        Assert.That(await sandbox.OutputAsync("cat /data/file /etc/settings"), Is.EqualTo("secretgiven"));
    }

    private SandboxSpecification Specification(params MountEntry[] more) =>
        Guest.Specification([new BindMount(_directory.Path, "/data") { Access = MountAccess.ReadWrite }, .. more]);
}
