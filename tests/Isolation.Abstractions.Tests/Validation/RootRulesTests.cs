namespace Isolation.Abstractions.Tests.Validation;

public sealed class RootRulesTests
{
    private static readonly SandboxSpecification Plain = new();
    private static readonly NamespaceSet HostMounts = new() { Mount = NamespaceSource.Host };

    private static IEnumerable<TestCaseData> Faulty()
    {
        yield return new TestCaseData(null, "Root");
        yield return new TestCaseData(new EmptyRoot { Size = 0 }, "Root.Size");
        yield return new TestCaseData(new EmptyRoot { Size = long.MinValue }, "Root.Size");
        yield return new TestCaseData(new EmptyRoot { Access = (MountAccess)2 }, "Root.Access");
        yield return new TestCaseData(new DirectoryRoot("images/debian"), "Root.Path");
        yield return new TestCaseData(new DirectoryRoot(""), "Root.Path");
        yield return new TestCaseData(new DirectoryRoot(null!), "Root.Path");
        yield return new TestCaseData(new DirectoryRoot("/a\0b"), "Root.Path");
        yield return new TestCaseData(new DirectoryRoot("/a") { Access = (MountAccess)(-1) }, "Root.Access");
        yield return new TestCaseData(new OverlayRoot([]), "Root.Layers");
        yield return new TestCaseData(new OverlayRoot(default), "Root.Layers");
        yield return new TestCaseData(
            new OverlayRoot([.. Enumerable.Range(0, 501).Select(number => $"/{number}")]), "Root.Layers");
        yield return new TestCaseData(new OverlayRoot(["/a", "b"]), "Root.Layers[1]");
        yield return new TestCaseData(new OverlayRoot(["/a", null!]), "Root.Layers[1]");
        yield return new TestCaseData(new OverlayRoot(["/a", "/b", "/a"]), "Root.Layers[2]");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Ownership = (MountOwnership)2 }, "Root.Ownership");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Upper = null! }, "Root.Upper");
        yield return new TestCaseData(
            new OverlayRoot(["/a"]) { Upper = new TemporaryUpper { Size = 0 } }, "Root.Upper.Size");
        yield return new TestCaseData(
            new OverlayRoot(["/a"]) { Upper = new PersistentUpper("up", "/work") }, "Root.Upper.Directory");
        yield return new TestCaseData(
            new OverlayRoot(["/a"]) { Upper = new PersistentUpper("/up", "") }, "Root.Upper.WorkDirectory");
        yield return new TestCaseData(
            new OverlayRoot(["/a"]) { Upper = new PersistentUpper("/up", null!) }, "Root.Upper.WorkDirectory");
        yield return new TestCaseData(
            new OverlayRoot(["/a"]) { Upper = new PersistentUpper("/a", "/work") }, "Root.Upper.Directory");
        yield return new TestCaseData(
            new OverlayRoot(["/a"]) { Upper = new PersistentUpper("/up", "/up") }, "Root.Upper.WorkDirectory");
        yield return new TestCaseData(
            new OverlayRoot(["/a"]) { Upper = new PersistentUpper("/up", "/up/work") }, "Root.Upper.WorkDirectory");
        yield return new TestCaseData(
            new OverlayRoot(["/a"]) { Upper = new PersistentUpper("/up/er", "/up") }, "Root.Upper.WorkDirectory");
    }

    [TestCaseSource(nameof(Faulty))]
    public void A_member_out_of_range_is_named(RootFileSystem? root, string member) =>
        Errors.One(Plain with { Root = root! }, member);

    [Test]
    public void Good_roots_are_taken()
    {
        Errors.None(Plain with { Root = new EmptyRoot { Size = 1 } });
        Errors.None(Plain with { Root = new DirectoryRoot("/srv/images/../debian/") });
        Errors.None(
            Plain with { Root = new OverlayRoot(["/a", "/b"]) { Upper = new PersistentUpper("/up", "/upwork") } });
        Errors.None(Plain with { Root = new ChrootRoot("/srv"), Namespaces = HostMounts });
        Errors.None(Plain with { Namespaces = new NamespaceSet { Mount = NamespaceSource.OfProcess(1) } });
    }

    [Test]
    public void Owners_of_layers_can_be_mapped_where_there_is_a_map()
    {
        OverlayRoot root = new(["/a"]) { Ownership = MountOwnership.Mapped };

        Errors.None(Plain with { Root = root });
        Errors.One(
            Plain with { Root = root, Namespaces = NamespaceSet.NewOnly(Namespaces.Mount) }, "Root.Ownership",
            "user namespace");
        Assert.That(root, Is.Not.EqualTo(root with { Ownership = null }));
    }

    [Test]
    public void A_root_needs_a_mount_namespace_of_its_own()
    {
        Errors.One(Plain with { Namespaces = HostMounts }, "Root", "mount namespace");
        Errors.One(Plain with { Namespaces = HostMounts, Root = new DirectoryRoot("/srv") }, "Root", "mount namespace");
    }

    [Test]
    public void A_plain_chroot_is_for_hosts_without_mount_namespaces()
    {
        Errors.One(Plain with { Root = new ChrootRoot("/srv") }, "Root", "DirectoryRoot");
        Errors.One(Plain with { Root = new ChrootRoot("srv"), Namespaces = HostMounts }, "Root.Path", "absolute");
    }

    [Test]
    public void Nothing_is_mounted_in_a_plain_chroot()
    {
        SandboxSpecification specification = Plain with
        {
            Root = new ChrootRoot("/srv"),
            Namespaces = HostMounts,
            Mounts = [new DirectoryEntry("/a")],
            MaskedPaths = ["/b"],
            ReadOnlyPaths = ["/c"],
        };

        Assert.That(
            specification.FindErrors().Select(error => error.Member),
            Is.EqualTo((string[])["Mounts", "MaskedPaths", "ReadOnlyPaths"]));
    }
}
