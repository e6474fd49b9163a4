using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Roots;

public sealed class DirectoryRootTests
{
    private const string Static = "/usr/bin/busybox";

    [SetUp]
    public void SetUp()
    {
        Requires.UserNamespaces();
        Requires.Program("busybox");
    }

    [Test]
    public async Task Is_seen_as_it_is_and_read_only()
    {
        using HostDirectory directory = MakeRoot();
        SandboxSpecification specification = new()
        {
            Root = new DirectoryRoot(directory.Path),
            User = new SandboxUser(0, 0),
        };

        SandboxResult result = await Guest.Provider.RunAsync(
            specification, Guest.Busybox("ls /; cat /canary; touch /made"));

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.EqualTo("bin\ncanary\ndev\nfile\nproc\ntmp\nuntouched\n"));
            Assert.That(result.StandardError.Text, Does.Contain("Read-only file system"));
            Assert.That(directory.Has("made"), Is.False);
        });
    }

    [Test]
    public async Task Is_writable_where_asked()
    {
        using HostDirectory directory = MakeRoot();
        SandboxSpecification specification = new()
        {
            Root = new DirectoryRoot(directory.Path) { Access = MountAccess.ReadWrite },
        };

        Guest.Output(await Guest.Provider.RunAsync(specification, Guest.Busybox("echo made > /made")));

        Assert.That(directory.Read("made"), Is.EqualTo("made\n"));
    }

    [Test]
    public async Task Holds_back_set_user_id_and_devices()
    {
        using HostDirectory directory = MakeRoot();
        SandboxSpecification specification = new()
        {
            Root = new DirectoryRoot(directory.Path),
            Mounts = [new ProcMount()],
        };

        string mounts = Guest.Output(
            await Guest.Provider.RunAsync(specification, Guest.Busybox("grep ' / / \\| / ' /proc/self/mountinfo")));

        Assert.That(mounts, Does.Contain("nosuid").And.Contain("nodev"));
    }

    [Test]
    public async Task Mounts_cover_what_is_there_and_change_nothing()
    {
        using HostDirectory directory = MakeRoot();
        SandboxSpecification specification = new()
        {
            Root = new DirectoryRoot(directory.Path) { Access = MountAccess.ReadWrite },
            Mounts =
            [
                new ProcMount(), new DeviceMount(), new TemporaryMount("/tmp"),
                new FileEntry("/file", "given"u8.ToArray()) { Mode = (UnixFileMode)0b110_110_110 },
                new FileEntry("/tmp/below/file", "in memory"u8.ToArray()),
            ],
        };

        string output = Guest.Output(
            await Guest.Provider.RunAsync(
                specification, Guest.Busybox("cat /file /tmp/below/file; echo > /tmp/other; echo x > /dev/null")));

        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo("givenin memory"));
            Assert.That(directory.Read("file"), Is.EqualTo("of the host"));
            Assert.That(Directory.GetFileSystemEntries(directory.At("tmp")), Is.Empty);
            Assert.That(Directory.GetFileSystemEntries(directory.At("dev")), Is.Empty);
        });
    }

    [TestCaseSource(nameof(Entries))]
    public async Task Nothing_is_made_in_a_directory_of_the_host(MountEntry entry)
    {
        using HostDirectory directory = MakeRoot();
        string[] before = Directory.GetFileSystemEntries(directory.Path, "*", SearchOption.AllDirectories);
        SandboxSpecification specification = new()
        {
            Root = new DirectoryRoot(directory.Path) { Access = MountAccess.ReadWrite },
            Mounts = [entry],
            User = new SandboxUser(0, 0),
        };

        SandboxException refusal = await specification.RefusalAsync(Guest.Busybox("true"));

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Message, Does.Contain("/missing"));
            Assert.That(
                Directory.GetFileSystemEntries(directory.Path, "*", SearchOption.AllDirectories),
                Is.EquivalentTo(before));
        });
    }

    private static IEnumerable<TestCaseData> Entries() =>
        new MountEntry[]
        {
            new TemporaryMount("/missing"), new FileEntry("/missing", "x"u8.ToArray()), new DirectoryEntry("/missing"),
            new SymbolicLinkEntry("/missing", "/bin"), new BindMount("/usr", "/missing"), new DeviceMount("/missing"),
        }.Select(entry => new TestCaseData(entry).SetArgDisplayNames(entry.GetType().Name));

    private static HostDirectory MakeRoot()
    {
        HostDirectory directory = new();
        directory.Directory("bin");
        File.Copy(Static, directory.At("bin/busybox"));
        directory.Directory("tmp");
        directory.Directory("dev");
        directory.Directory("proc");
        directory.Write("canary", "");
        directory.Write("file", "of the host");
        directory.Write("untouched", "");
        return directory;
    }
}
