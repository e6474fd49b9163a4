using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Roots;

public sealed class ChrootRootTests
{
    [SetUp]
    public void SetUp()
    {
        Requires.UserNamespaces();
        Requires.Program("busybox");
    }

    [Test]
    public async Task Is_entered_without_a_mount_namespace()
    {
        using HostFolder folder = MakeRoot();

        string output = Guest.Output(await Guest.Provider.RunAsync(Specification(folder), Guest.Busybox("ls /; cd /../..; pwd; ls /..; cat /canary")));

        Assert.That(output, Is.EqualTo("bin\ncanary\n/\nbin\ncanary\nof the root"));
    }

    [Test]
    public async Task Shares_the_mounts_of_the_host()
    {
        using HostFolder folder = MakeRoot();

        await using ISandbox sandbox = await Specification(folder).CreateAsync();

        Assert.That(HostProcess.Namespace($"{sandbox.ProcessId}", "mnt"), Is.EqualTo(HostProcess.Namespace("self", "mnt")));
    }

    [Test]
    public async Task Is_writable_where_permissions_say_so()
    {
        using HostFolder folder = MakeRoot();

        Guest.Output(await Guest.Provider.RunAsync(Specification(folder), Guest.Busybox("echo made > /made")));

        Assert.That(folder.Read("made"), Is.EqualTo("made\n"));
    }

    [Test]
    public async Task A_missing_folder_is_an_error()
    {
        using HostFolder folder = MakeRoot();
        SandboxSpecification specification = Specification(folder) with { Root = new ChrootRoot(folder.At("missing")) };

        SandboxException refusal = await specification.RefusalAsync(Guest.Busybox("true"));

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
            Assert.That(refusal.Stage, Is.EqualTo($"enter the root folder {folder.At("missing")}"));
        });
    }

    private static SandboxSpecification Specification(HostFolder folder) => new()
    {
        Root = new ChrootRoot(folder.Path),
        Namespaces = new NamespaceSet { Mount = NamespaceSource.Host },
    };

    private static HostFolder MakeRoot()
    {
        HostFolder folder = new();
        folder.Folder("bin");
        File.Copy("/usr/bin/busybox", folder.At("bin/busybox"));
        folder.Write("canary", "of the root");
        return folder;
    }
}
