using System.Text;

namespace Isolation.Core.Tests.Building;

public sealed class RootBuilderTests
{
    private static SandboxSpecification Build(Action<RootBuilder> build) =>
        new SandboxBuilder().WithRoot(build).Build();

    private static MountEntry Entry(Action<RootBuilder> build) => Build(build).Mounts.Single();

    [Test]
    public void The_last_root_counts()
    {
        Assert.That(Build(root => root.FromDirectory("/a").FromEmpty()).Root, Is.EqualTo(new EmptyRoot()));
        Assert.That(
            Build(root => root.FromEmpty(built => built with { Access = MountAccess.ReadWrite })).Root,
            Is.EqualTo(new EmptyRoot { Access = MountAccess.ReadWrite }));
        Assert.That(Build(root => root.FromDirectory("/a")).Root, Is.EqualTo(new DirectoryRoot("/a")));
        Assert.That(
            Build(root => root.FromDirectory("/a", MountAccess.ReadWrite)).Root,
            Is.EqualTo(new DirectoryRoot("/a") { Access = MountAccess.ReadWrite }));
        Assert.That(Build(root => root.FromLayers("/a", "/b")).Root, Is.EqualTo(new OverlayRoot(["/a", "/b"])));
        Assert.That(
            Build(root => root.FromLayers(new PersistentUpper("/up", "/work"), "/a")).Root,
            Is.EqualTo(new OverlayRoot(["/a"]) { Upper = new PersistentUpper("/up", "/work") }));
    }

    [Test]
    public void A_plain_chroot_needs_the_mounts_of_the_host() =>
        Assert.That(
            new SandboxBuilder().WithRoot(root => root.FromChroot("/a")).WithHostNamespaces(Namespaces.Mount)
                .Build().Root,
            Is.EqualTo(new ChrootRoot("/a")));

    [Test]
    public void Every_entry_arrives()
    {
        Assert.That(Entry(root => root.Bind("/a", "/b")), Is.EqualTo(new BindMount("/a", "/b")));
        Assert.That(
            Entry(root => root.Bind("/a", "/b", MountAccess.ReadWrite)),
            Is.EqualTo(new BindMount("/a", "/b") { Access = MountAccess.ReadWrite }));
        Assert.That(
            Entry(root => root.Bind("/a", "/b", bind => bind with { Scope = BindScope.TopOnly })),
            Is.EqualTo(new BindMount("/a", "/b") { Scope = BindScope.TopOnly }));
        Assert.That(
            Entry(root => root.FromHostIfPresent("/lib64")),
            Is.EqualTo(new BindMount("/lib64", "/lib64") { Requirement = Requirement.Prefer }));
        Assert.That(Entry(root => root.Temporary("/tmp")), Is.EqualTo(new TemporaryMount("/tmp")));
        Assert.That(Entry(root => root.Temporary("/tmp", 5)), Is.EqualTo(new TemporaryMount("/tmp") { Size = 5 }));
        Assert.That(
            Entry(root => root.Temporary("/tmp", directory => directory with { Inodes = 9 })),
            Is.EqualTo(new TemporaryMount("/tmp") { Inodes = 9 }));
        Assert.That(Entry(root => root.Proc()), Is.EqualTo(new ProcMount()));
        Assert.That(Entry(root => root.Proc(proc => proc with { Target = "/p" })), Is.EqualTo(new ProcMount("/p")));
        Assert.That(Entry(root => root.Devices()), Is.EqualTo(new DeviceMount()));
        Assert.That(
            Entry(root => root.Devices(devices => devices with { SharedMemorySize = 0 })),
            Is.EqualTo(new DeviceMount { SharedMemorySize = 0 }));
        Assert.That(Entry(root => root.MessageQueues()), Is.EqualTo(new MessageQueueMount()));
        Assert.That(Entry(root => root.Sys()), Is.EqualTo(new SysMount()));
        Assert.That(Entry(root => root.Directory("/a")), Is.EqualTo(new DirectoryEntry("/a")));
        Assert.That(
            Entry(root => root.Directory("/a", directory => directory with { Owner = EntryOwner.User })),
            Is.EqualTo(new DirectoryEntry("/a") { Owner = EntryOwner.User }));
        Assert.That(Entry(root => root.SymbolicLink("/a", "b")), Is.EqualTo(new SymbolicLinkEntry("/a", "b")));
    }

    [Test]
    public void A_file_has_its_content()
    {
        FileEntry text = (FileEntry)Entry(root => root.File("/a", "ünï"));
        FileEntry bytes = (FileEntry)Entry(
            root => root.File("/a", new byte[] { 1, 2 }, file => file with { Owner = EntryOwner.User }));

        Assert.That(Encoding.UTF8.GetString(text.Content.Span), Is.EqualTo("ünï"));
        Assert.That(bytes.Content.ToArray(), Is.EqualTo((byte[])[1, 2]));
        Assert.That(bytes.Owner, Is.EqualTo(EntryOwner.User));
    }

    [Test]
    public void A_path_that_is_covered_twice_is_covered_once() =>
        Assert.That(
            Build(root => root.Mask("/a", "/b").Mask("/b", "/c")).MaskedPaths,
            Is.EqualTo((string[])["/a", "/b", "/c"]));

    [Test]
    public void Null_arguments_are_refused() =>
        Assert.Multiple(() =>
        {
            Assert.That(() => Build(root => root.Mount((MountEntry)null!)), Throws.ArgumentNullException);
            Assert.That(() => Build(root => root.File("/a", (string)null!)), Throws.ArgumentNullException);
            Assert.That(() => Build(root => root.From(null!)), Throws.ArgumentNullException);
            Assert.That(() => Build(root => root.Proc(null!)), Throws.ArgumentNullException);
            Assert.That(() => Build(root => root.Proc(_ => null!)), Throws.ArgumentNullException);
            Assert.That(() => Build(root => root.FromHost((string)null!)), Throws.InstanceOf<ArgumentException>());
        });
}
