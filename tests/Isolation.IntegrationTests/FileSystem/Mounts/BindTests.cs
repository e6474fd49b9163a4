using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Mounts;

public sealed class BindTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [TestCase(MountOptions.None, "")]
    [TestCase(MountOptions.NoSetUserId, "nosuid")]
    [TestCase(MountOptions.NoDevices, "nodev")]
    [TestCase(MountOptions.NoExecute, "noexec")]
    [TestCase(MountOptions.NoSymbolicLinks, "nosymfollow")]
    [TestCase(MountOptions.NoSetUserId | MountOptions.NoDevices | MountOptions.NoExecute | MountOptions.NoSymbolicLinks,
        "nosuid,nodev,noexec,nosymfollow")]
    public async Task Options_are_those_asked_for(MountOptions options, string expected)
    {
        using HostDirectory directory = new();
        string host = OptionsOf(
            await File.ReadAllTextAsync("/proc/self/mountinfo"), Directory.GetParent(directory.Path)!.FullName);

        string mounts = await Guest.Specification(new BindMount(directory.Path, "/data") { Options = options })
            .OutputAsync("cat /proc/self/mountinfo");

        // Restrictions of the host's own mount stay in force.
        string[] words = ["nosuid", "nodev", "noexec", "nosymfollow"];
        string[] actual = OptionsOf(mounts, "/data").Split(',');
        Assert.Multiple(() =>
        {
            Assert.That(
                words.Where(actual.Contains), Is.EquivalentTo(
                    words.Where(word => expected.Split(',').Contains(word) || host.Split(',').Contains(word))));
            Assert.That(actual, Does.Contain("ro"));
        });
    }

    [Test]
    public async Task Without_execution_a_program_is_refused()
    {
        using HostDirectory directory = new();
        File.WriteAllText(directory.At("program"), "#!/bin/sh\necho ran\n");
        File.SetUnixFileMode(directory.At("program"), HostDirectory.Everybody);
        BindMount bind = new(directory.Path, "/data");

        Assert.That(await Guest.Specification(bind).OutputAsync("/data/program"), Is.EqualTo("ran"));
        SandboxException refusal = await Guest.Specification(bind with { Options = MountOptions.NoExecute })
            .RefusalAsync(new SandboxCommand("/data/program"));
        Assert.Multiple(() =>
        {
            Assert.That(refusal.Stage, Is.EqualTo("execute /data/program"));
            Assert.That(refusal.Operation, Is.EqualTo("execute"));
            Assert.That(refusal.ErrorName, Is.EqualTo("EACCES"));
        });
    }

    [Test]
    public async Task Without_links_a_link_is_not_followed()
    {
        using HostDirectory directory = new();
        directory.Write("file", "content");
        File.CreateSymbolicLink(directory.At("link"), "file");
        BindMount bind = new(directory.Path, "/data");

        Assert.That(await Guest.Specification(bind).OutputAsync("cat /data/link"), Is.EqualTo("content"));
        SandboxResult result = await Guest.Specification(bind with { Options = MountOptions.NoSymbolicLinks })
            .RunAsync("cat /data/link");
        Assert.That(result.StandardError.Text, Does.Contain("Too many levels of symbolic links"));
    }

    [Test]
    public async Task Without_devices_a_device_cannot_be_opened()
    {
        Requires.Root();
        using HostDirectory directory = new();
        HostProgram.Run("mknod", "-m", "666", directory.At("zero"), "c", "1", "5");
        BindMount bind = new(directory.Path, "/data") { Options = MountOptions.None };

        Assert.That(await Guest.Specification(bind).OutputAsync("head -c 3 /data/zero | wc -c"), Is.EqualTo("3"));
        SandboxResult result = await Guest.Specification(bind with { Options = MountOptions.NoDevices })
            .RunAsync("head -c 3 /data/zero");
        Assert.That(result.StandardError.Text, Does.Contain("Permission denied"));
    }

    [Test]
    public async Task A_writable_directory_is_the_host_s_own()
    {
        using HostDirectory directory = new();
        directory.Write("file", "of the host");
        SandboxSpecification specification = Guest.Specification(
            new BindMount(directory.Path, "/data") { Access = MountAccess.ReadWrite });

        Assert.That(
            await specification.OutputAsync("cat /data/file; echo made > /data/made"), Is.EqualTo("of the host"));
        Assert.That(directory.Read("made"), Is.EqualTo("made\n"));
    }

    [Test]
    public async Task Nothing_is_made_in_a_writable_directory_of_the_host()
    {
        using HostDirectory directory = new();
        SandboxSpecification specification = Guest.Specification(
            new BindMount(directory.Path, "/data") { Access = MountAccess.ReadWrite },
            new TemporaryMount("/data/missing"));

        SandboxException refusal = await specification.RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
            Assert.That(directory.Has("missing"), Is.False);
        });
    }

    [Test]
    public async Task A_file_cannot_be_mounted_on_a_directory()
    {
        SandboxSpecification specification = Guest.Specification(new BindMount("/etc/passwd", "/usr/bin"));

        SandboxException refusal = await specification.RefusalAsync();

        Assert.That(
            (refusal.Operation, refusal.ErrorName, refusal.Target), Is.EqualTo(("mount", "EINVAL", "/usr/bin")));
    }

    [TestCase(BindScope.Recursive, "of the mount below")]
    [TestCase(BindScope.TopOnly, "below")]
    public async Task The_scope_says_whether_mounts_below_come_along(BindScope scope, string expected)
    {
        Requires.Root();
        using HostDirectory directory = new();
        string below = directory.Directory("below");
        directory.Write("below/file", "below");
        HostProgram.Run("mount", "-t", "tmpfs", "tmpfs", below);
        try
        {
            directory.Write("below/file", "of the mount below");

            Assert.That(
                await Guest.Specification(new BindMount(directory.Path, "/data") { Scope = scope })
                .OutputAsync("cat /data/below/file"), Is.EqualTo(expected));
        }
        finally
        {
            HostProgram.Run("umount", below);
        }
    }

    [TestCase(MountPropagation.Private, "")]
    [TestCase(MountPropagation.Slave, "master:")]
    [TestCase(MountPropagation.Shared, "shared:")]
    [TestCase(MountPropagation.Unbindable, "unbindable")]
    public async Task Propagation_is_as_asked(MountPropagation propagation, string expected)
    {
        Requires.Root();
        using HostDirectory directory = new();
        HostProgram.Run("mount", "-t", "tmpfs", "tmpfs", directory.Path);
        HostProgram.Run("mount", "--make-shared", directory.Path);
        try
        {
            SandboxSpecification specification = Guest.Specification(
                new BindMount(directory.Path, "/data") { Propagation = propagation });
            specification = specification
                with
            { Namespaces = specification.Namespaces with { User = NamespaceSource.Host } };

            string line = (await specification.OutputAsync("cat /proc/self/mountinfo")).Split('\n')
                .Single(line => line.Split(' ')[4] == "/data");

            string fields = string.Join(' ', line.Split(' ').Skip(6).TakeWhile(word => word != "-"));
            Assert.That(fields, expected.Length == 0 ? Is.Empty : Does.StartWith(expected));
        }
        finally
        {
            HostProgram.Run("umount", directory.Path);
        }
    }

    [Test]
    public async Task Later_mounts_of_the_host_appear_only_in_slave_binds()
    {
        Requires.Root();
        using HostDirectory directory = new();
        HostProgram.Run("mount", "-t", "tmpfs", "tmpfs", directory.Path);
        HostProgram.Run("mount", "--make-shared", directory.Path);
        try
        {
            string below = directory.Directory("below");
            SandboxSpecification specification = Guest.Specification(
                new BindMount(directory.Path, "/private"),
                new BindMount(directory.Path, "/slave") { Propagation = MountPropagation.Slave });
            await using ISandbox sandbox = await specification.CreateAsync();
            HostProgram.Run("mount", "-t", "tmpfs", "tmpfs", below);
            try
            {
                directory.Write("below/later", "");
                Assert.That(await sandbox.OutputAsync("ls /private/below; ls /slave/below"), Is.EqualTo("later"));
            }
            finally
            {
                HostProgram.Run("umount", below);
            }
        }
        finally
        {
            HostProgram.Run("umount", directory.Path);
        }
    }

    [Test]
    public async Task Mapped_owners_are_the_same_inside_and_outside()
    {
        Requires.Root();
        Requires.Kernel(5, 12);
        using HostDirectory directory = new();
        directory.Write("of-root", "");
        directory.Write("of-1000", "");
        HostProgram.Run("chown", "1000:1000", directory.At("of-1000"));
        SandboxSpecification specification = Guest.Specification(
            new BindMount(
                directory.Path, "/mapped")
            { Ownership = MountOwnership.Mapped, Access = MountAccess.ReadWrite },
            new BindMount(directory.Path, "/plain"));

        string output = await specification.OutputAsync(
            "stat -c %u /mapped/of-root /mapped/of-1000 /plain/of-root; echo > /mapped/made");

        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo("0\n1000\n65534"));
            Assert.That(HostProgram.Run("stat", "-c", "%u:%g", directory.At("made")).Trim(), Is.EqualTo("1000:1000"));
        });
    }

    [Test]
    public async Task Owners_can_be_mapped_without_what_is_mounted_below()
    {
        Requires.Root();
        using HostDirectory directory = new();
        string below = directory.Directory("below");
        HostProgram.Run("mount", "-t", "tmpfs", "tmpfs", below);
        try
        {
            directory.Write("below/covering", "");
            BindMount bind = new(
                directory.Path, "/mapped")
            { Ownership = MountOwnership.Mapped, Scope = BindScope.TopOnly };

            Assert.That(
                await Guest.Specification(bind).OutputAsync("stat -c %u /mapped; ls /mapped/below"), Is.EqualTo("0"));
        }
        finally
        {
            HostProgram.Run("umount", below);
        }
    }

    [Test]
    public async Task Mapped_owners_are_refused_to_an_ordinary_user_unless_only_preferred()
    {
        Requires.NotRoot();
        using HostDirectory directory = new();
        BindMount bind = new(directory.Path, "/mapped") { Ownership = MountOwnership.Mapped };

        SandboxException refusal = await Guest.Specification(bind).RefusalAsync();
        await using ISandbox sandbox = await Guest.Specification(bind with { Requirement = Requirement.Prefer })
            .CreateAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("EPERM"));
            Assert.That(sandbox.Report.NotApplied.Single().Reason, Does.Contain("CAP_SYS_ADMIN"));
        });
    }

    private static string OptionsOf(string mounts, string target) =>
        mounts.Split('\n').Select(line => line.Split(' ')).LastOrDefault(
            fields => fields.Length > 5 && fields[4] == target)?[5] ?? "";
}
