using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Mounts;

/// <summary>A writable bind is writable for the payload, or the exception explains the ownership.</summary>
public sealed class WritableBindTests
{
    private const UnixFileMode OthersRead = (UnixFileMode)0b111_101_101;

    [SetUp]
    public void NeedUserNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task A_directory_of_root_is_refused_with_the_owner_and_the_remedy()
    {
        Requires.Root();
        using HostDirectory directory = new(OthersRead);
        directory.Write("file", "");

        SandboxException refusal = await Writable(directory.Path).RefusalAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("EACCES"));
            Assert.That(
                refusal.Message, Does.Contain($"mount {directory.Path} writable on /data")
                    .And.Contain("belongs to user 0 of the host").And.Contain("mode 755"));
            Assert.That(
                refusal.Remedy, Does.Contain("Ownership = MountOwnership.Mapped").And.Contain("WithUser(0, 0)")
                    .And.Contain($"chown 1879049192:1879049192 {directory.Path}"));
        }
    }

    [Test]
    public async Task Both_remedies_make_the_directory_writable()
    {
        Requires.Root();
        Requires.Kernel(5, 12);
        using HostDirectory directory = new(OthersRead);
        BindMount bind = new(directory.Path, "/data") { Access = MountAccess.ReadWrite };

        await Guest.Specification(bind with { Ownership = MountOwnership.Mapped }).AsRoot()
            .OutputAsync("echo mapped > /data/mapped");
        HostProgram.Run("chown", "1879049192:1879049192", directory.Path);
        await Guest.Specification(bind).OutputAsync("echo owned > /data/owned");

        Assert.That((directory.Read("mapped"), directory.Read("owned")), Is.EqualTo(("mapped\n", "owned\n")));
    }

    [Test]
    public async Task A_single_file_of_root_is_refused_too()
    {
        Requires.Root();
        using HostDirectory directory = new();
        string file = directory.Write("file", "");
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);

        SandboxException refusal = await Writable(file).RefusalAsync();

        Assert.That(refusal.Message, Does.Contain("belongs to user 0 of the host").And.Contain("mode 644"));
    }

    [Test]
    public async Task A_directory_in_which_something_is_writable_is_mounted()
    {
        Requires.Root();
        using HostDirectory directory = new(OthersRead);
        Directory.CreateDirectory(directory.At("a/b"));
        File.SetUnixFileMode(directory.At("a/b"), HostDirectory.Everybody);

        await Writable(directory.Path).OutputAsync("echo deep > /data/a/b/file");

        Assert.That(directory.Read("a/b/file"), Is.EqualTo("deep\n"));
    }

    [Test]
    public async Task A_refused_directory_is_writable_after_its_owner_changed()
    {
        Requires.Root();
        using HostDirectory directory = new(OthersRead);
        SandboxSpecification specification = Writable(directory.Path);
        await specification.RefusalAsync();

        HostProgram.Run("chown", "1879049192", directory.Path);
        await specification.OutputAsync("echo now > /data/file");

        Assert.That(directory.Read("file"), Is.EqualTo("now\n"));
    }

    [Test]
    public async Task A_preferred_directory_is_mounted_and_reported()
    {
        Requires.Root();
        using HostDirectory directory = new(OthersRead);
        directory.Write("file", "text");
        SandboxSpecification specification = Guest.Specification(
            new BindMount(directory.Path, "/data")
            {
                Access = MountAccess.ReadWrite,
                Requirement = Requirement.Prefer,
            });

        SandboxResult result = await specification.RunAsync("cat /data/file; echo > /data/new");

        Assert.That(result.StandardOutput.Text, Is.EqualTo("text"));
        Assert.That(result.IsSuccess, Is.False);
        Assert.That(
            result.Report!.NotApplied.Single(missing => missing.Feature.Contains("writable on /data")).Remedy,
            Does.Contain("MountOwnership.Mapped"));
    }

    [Test]
    public async Task Without_a_user_namespace_root_writes()
    {
        Requires.Root();
        using HostDirectory directory = new(OthersRead);
        SandboxSpecification specification = Writable(directory.Path).AsRoot() with
        {
            Namespaces = new NamespaceSet { User = NamespaceSource.Host },
        };

        await specification.OutputAsync("echo host > /data/file");

        Assert.That(directory.Read("file"), Is.EqualTo("host\n"));
    }

    [Test]
    public async Task An_ordinary_user_writes_to_a_directory_of_its_own()
    {
        Requires.NotRoot();
        using HostDirectory directory = new(HostDirectory.Private);

        await Writable(directory.Path).OutputAsync("echo own > /data/file");

        Assert.That(directory.Read("file"), Is.EqualTo("own\n"));
    }

    [Test]
    public async Task An_ordinary_user_is_refused_a_directory_of_root()
    {
        Requires.NotRoot();

        SandboxException refusal = await Writable("/usr/bin/env").RefusalAsync();

        Assert.That(refusal.Message, Does.Contain("belongs to user 0 of the host"));
        Assert.That(refusal.Remedy, Does.StartWith("As root of the host, ").And.Contain("MountOwnership.Mapped"));
    }

    private static SandboxSpecification Writable(string source) =>
        Guest.Specification(new BindMount(source, "/data") { Access = MountAccess.ReadWrite });
}
