using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Roots;

public sealed class FolderRootTests
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
        using HostFolder folder = MakeRoot();
        SandboxSpecification specification = new() { Root = new FolderRoot(folder.Path), User = new SandboxUser(0, 0) };

        SandboxResult result = await Guest.Provider.RunAsync(specification, Guest.Busybox("ls /; cat /canary; touch /made"));

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.EqualTo("bin\ncanary\ndev\nfile\nproc\ntmp\nuntouched\n"));
            Assert.That(result.StandardError.Text, Does.Contain("Read-only file system"));
            Assert.That(folder.Has("made"), Is.False);
        });
    }

    [Test]
    public async Task Is_writable_where_asked()
    {
        using HostFolder folder = MakeRoot();
        SandboxSpecification specification = new() { Root = new FolderRoot(folder.Path) { Access = MountAccess.ReadWrite } };

        Guest.Output(await Guest.Provider.RunAsync(specification, Guest.Busybox("echo made > /made")));

        Assert.That(folder.Read("made"), Is.EqualTo("made\n"));
    }

    [Test]
    public async Task Holds_back_set_user_id_and_devices()
    {
        using HostFolder folder = MakeRoot();
        SandboxSpecification specification = new() { Root = new FolderRoot(folder.Path), Mounts = [new ProcMount()] };

        string mounts = Guest.Output(await Guest.Provider.RunAsync(specification, Guest.Busybox("grep ' / / \\| / ' /proc/self/mountinfo")));

        Assert.That(mounts, Does.Contain("nosuid").And.Contain("nodev"));
    }

    [Test]
    public async Task Mounts_cover_what_is_there_and_change_nothing()
    {
        using HostFolder folder = MakeRoot();
        SandboxSpecification specification = new()
        {
            Root = new FolderRoot(folder.Path) { Access = MountAccess.ReadWrite },
            Mounts =
            [
                new ProcMount(), new DeviceMount(), new TemporaryMount("/tmp"),
                new FileEntry("/file", "given"u8.ToArray()) { Mode = (UnixFileMode)0b110_110_110 },
                new FileEntry("/tmp/below/file", "in memory"u8.ToArray()),
            ],
        };

        string output = Guest.Output(await Guest.Provider.RunAsync(specification, Guest.Busybox("cat /file /tmp/below/file; echo > /tmp/other; echo x > /dev/null")));

        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo("givenin memory"));
            Assert.That(folder.Read("file"), Is.EqualTo("of the host"));
            Assert.That(Directory.GetFileSystemEntries(folder.At("tmp")), Is.Empty);
            Assert.That(Directory.GetFileSystemEntries(folder.At("dev")), Is.Empty);
        });
    }

    [TestCaseSource(nameof(Entries))]
    public async Task Nothing_is_made_in_a_folder_of_the_host(MountEntry entry)
    {
        using HostFolder folder = MakeRoot();
        string[] before = Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories);
        SandboxSpecification specification = new()
        {
            Root = new FolderRoot(folder.Path) { Access = MountAccess.ReadWrite },
            Mounts = [entry],
            User = new SandboxUser(0, 0),
        };

        SandboxException refusal = await specification.RefusalAsync(Guest.Busybox("true"));

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Message, Does.Contain("/missing"));
            Assert.That(Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories), Is.EquivalentTo(before));
        });
    }

    private static IEnumerable<TestCaseData> Entries() =>
        new MountEntry[]
        {
            new TemporaryMount("/missing"), new FileEntry("/missing", "x"u8.ToArray()), new FolderEntry("/missing"),
            new SymbolicLinkEntry("/missing", "/bin"), new BindMount("/usr", "/missing"), new DeviceMount("/missing"),
        }.Select(entry => new TestCaseData(entry).SetArgDisplayNames(entry.GetType().Name));

    private static HostFolder MakeRoot()
    {
        HostFolder folder = new();
        folder.Folder("bin");
        File.Copy(Static, folder.At("bin/busybox"));
        folder.Folder("tmp");
        folder.Folder("dev");
        folder.Folder("proc");
        folder.Write("canary", "");
        folder.Write("file", "of the host");
        folder.Write("untouched", "");
        return folder;
    }
}
