using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Roots;

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
        using HostDirectory directory = MakeRoot();

        string output = Guest.Output(
            await Guest.Provider.RunAsync(
                Specification(directory), Guest.Busybox("ls /; cd /../..; pwd; ls /..; cat /canary")));

        Assert.That(output, Is.EqualTo("bin\ncanary\n/\nbin\ncanary\nof the root"));
    }

    [Test]
    public async Task Shares_the_mounts_of_the_host()
    {
        using HostDirectory directory = MakeRoot();

        await using ISandbox sandbox = await Specification(directory).CreateAsync();

        Assert.That(
            HostProcess.Namespace($"{sandbox.ProcessId}", "mnt"), Is.EqualTo(HostProcess.Namespace("self", "mnt")));
    }

    [Test]
    public async Task Is_writable_where_permissions_say_so()
    {
        using HostDirectory directory = MakeRoot();

        Guest.Output(await Guest.Provider.RunAsync(Specification(directory), Guest.Busybox("echo made > /made")));

        Assert.That(directory.Read("made"), Is.EqualTo("made\n"));
    }

    [Test]
    public async Task A_missing_directory_is_an_error()
    {
        using HostDirectory directory = MakeRoot();
        SandboxSpecification specification = Specification(directory)
            with
        { Root = new ChrootRoot(directory.At("missing")) };

        SandboxException refusal = await specification.RefusalAsync(Guest.Busybox("true"));

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
            Assert.That(refusal.Stage, Is.EqualTo($"enter the root directory {directory.At("missing")}"));
        });
    }

    private static SandboxSpecification Specification(HostDirectory directory) => new()
    {
        Root = new ChrootRoot(directory.Path),
        Namespaces = new NamespaceSet { Mount = NamespaceSource.Host },
    };

    private static HostDirectory MakeRoot()
    {
        HostDirectory directory = new();
        directory.Directory("bin");
        File.Copy("/usr/bin/busybox", directory.At("bin/busybox"));
        directory.Write("canary", "of the root");
        return directory;
    }
}
