namespace Isolation.Abstractions.Tests.Validation;

public sealed class RootRulesTests
{
    private static readonly SandboxSpecification Plain = new();
    private static readonly NamespaceSet HostMounts = new() { Mount = NamespaceSource.Host };

    private static IEnumerable<TestCaseData> Faulty()
    {
        yield return new TestCaseData(null, "Root");
        yield return new TestCaseData(new BuiltRoot { Size = 0 }, "Root.Size");
        yield return new TestCaseData(new BuiltRoot { Size = long.MinValue }, "Root.Size");
        yield return new TestCaseData(new BuiltRoot { Access = (MountAccess)2 }, "Root.Access");
        yield return new TestCaseData(new FolderRoot("images/debian"), "Root.Path");
        yield return new TestCaseData(new FolderRoot(""), "Root.Path");
        yield return new TestCaseData(new FolderRoot(null!), "Root.Path");
        yield return new TestCaseData(new FolderRoot("/a\0b"), "Root.Path");
        yield return new TestCaseData(new FolderRoot("/a") { Access = (MountAccess)(-1) }, "Root.Access");
        yield return new TestCaseData(new OverlayRoot([]), "Root.Layers");
        yield return new TestCaseData(new OverlayRoot(default), "Root.Layers");
        yield return new TestCaseData(new OverlayRoot([.. Enumerable.Range(0, 501).Select(number => $"/{number}")]), "Root.Layers");
        yield return new TestCaseData(new OverlayRoot(["/a", "b"]), "Root.Layers[1]");
        yield return new TestCaseData(new OverlayRoot(["/a", null!]), "Root.Layers[1]");
        yield return new TestCaseData(new OverlayRoot(["/a", "/b", "/a"]), "Root.Layers[2]");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Ownership = (MountOwnership)2 }, "Root.Ownership");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Upper = null! }, "Root.Upper");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Upper = new ThrowAwayUpper { Size = 0 } }, "Root.Upper.Size");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Upper = new KeptUpper("up", "/work") }, "Root.Upper.Folder");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Upper = new KeptUpper("/up", "") }, "Root.Upper.WorkFolder");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Upper = new KeptUpper("/up", null!) }, "Root.Upper.WorkFolder");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Upper = new KeptUpper("/a", "/work") }, "Root.Upper.Folder");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Upper = new KeptUpper("/up", "/up") }, "Root.Upper.WorkFolder");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Upper = new KeptUpper("/up", "/up/work") }, "Root.Upper.WorkFolder");
        yield return new TestCaseData(new OverlayRoot(["/a"]) { Upper = new KeptUpper("/up/er", "/up") }, "Root.Upper.WorkFolder");
    }

    [TestCaseSource(nameof(Faulty))]
    public void A_member_out_of_range_is_named(RootFileSystem? root, string member) => Mistakes.One(Plain with { Root = root! }, member);

    [Test]
    public void Good_roots_are_taken()
    {
        Mistakes.None(Plain with { Root = new BuiltRoot { Size = 1 } });
        Mistakes.None(Plain with { Root = new FolderRoot("/srv/images/../debian/") });
        Mistakes.None(Plain with { Root = new OverlayRoot(["/a", "/b"]) { Upper = new KeptUpper("/up", "/upwork") } });
        Mistakes.None(Plain with { Root = new ChrootRoot("/srv"), Namespaces = HostMounts });
        Mistakes.None(Plain with { Namespaces = new NamespaceSet { Mount = NamespaceSource.OfProcess(1) } });
    }

    [Test]
    public void Owners_of_layers_can_be_mapped_where_there_is_a_map()
    {
        OverlayRoot root = new(["/a"]) { Ownership = MountOwnership.Mapped };

        Mistakes.None(Plain with { Root = root });
        Mistakes.One(Plain with { Root = root, Namespaces = NamespaceSet.NewOnly(Namespaces.Mount) }, "Root.Ownership", "user namespace");
        Assert.That(root, Is.Not.EqualTo(root with { Ownership = null }));
    }

    [Test]
    public void A_root_needs_a_mount_namespace_of_its_own()
    {
        Mistakes.One(Plain with { Namespaces = HostMounts }, "Root", "mount namespace");
        Mistakes.One(Plain with { Namespaces = HostMounts, Root = new FolderRoot("/srv") }, "Root", "mount namespace");
    }

    [Test]
    public void A_plain_chroot_is_for_hosts_without_mount_namespaces()
    {
        Mistakes.One(Plain with { Root = new ChrootRoot("/srv") }, "Root", "FolderRoot");
        Mistakes.One(Plain with { Root = new ChrootRoot("srv"), Namespaces = HostMounts }, "Root.Path", "absolute");
    }

    [Test]
    public void Nothing_is_mounted_in_a_plain_chroot()
    {
        SandboxSpecification specification = Plain with
        {
            Root = new ChrootRoot("/srv"),
            Namespaces = HostMounts,
            Mounts = [new FolderEntry("/a")],
            MaskedPaths = ["/b"],
            ReadOnlyPaths = ["/c"],
        };

        Assert.That(
            specification.FindMistakes().Select(mistake => mistake.Member),
            Is.EqualTo((string[])["Mounts", "MaskedPaths", "ReadOnlyPaths"]));
    }
}
