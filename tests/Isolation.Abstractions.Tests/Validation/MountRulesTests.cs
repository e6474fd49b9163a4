namespace Isolation.Abstractions.Tests.Validation;

public sealed class MountRulesTests
{
    private static readonly SandboxSpecification Plain = new();

    [TestCase("", "empty")]
    [TestCase("tmp", "absolute")]
    [TestCase("./tmp", "absolute")]
    [TestCase("/", "root itself")]
    [TestCase("/tmp/", "slash")]
    [TestCase("//tmp", "normalized")]
    [TestCase("/a//b", "normalized")]
    [TestCase("/a/./b", "normalized")]
    [TestCase("/a/../b", "normalized")]
    [TestCase("/..", "normalized")]
    [TestCase("/a\0b", "NUL")]
    [TestCase(null, "null")]
    public void A_target_is_absolute_and_normalized(string? target, string word) =>
        Errors.One(Plain with { Mounts = [new TemporaryMount(target!)] }, "Mounts[0].Target", word);

    // Not test cases, because attributes are stored in UTF-8, which cannot represent lone surrogates.
    [Test]
    public void A_target_can_be_written_in_UTF_8()
    {
        Errors.One(Plain with { Mounts = [new TemporaryMount("/a\ud800b")] }, "Mounts[0].Target", "surrogate");
        Errors.One(Plain with { Mounts = [new TemporaryMount("/a😀\udc00")] }, "Mounts[0].Target", "surrogate");
    }

    [TestCase("/tmp")]
    [TestCase("/a/b/c")]
    [TestCase("/a/..b/...")]
    [TestCase("/with space/ünï/😀")]
    public void A_good_target_is_taken(string target) =>
        Errors.None(Plain with { Mounts = [new TemporaryMount(target)] });

    [Test]
    public void A_target_has_a_length_that_the_kernel_takes()
    {
        string longest = string.Concat(Enumerable.Repeat("/" + new string('n', 255), 15));
        Errors.None(Plain with { Mounts = [new DirectoryEntry(longest)] });
        Errors.One(Plain with { Mounts = [new DirectoryEntry(longest + longest)] }, "Mounts[0].Target", "4095");
        Errors.One(Plain with { Mounts = [new DirectoryEntry("/" + new string('n', 256))] }, "Mounts[0].Target", "255");
        Errors.One(Plain with { Mounts = [new DirectoryEntry("/" + new string('ü', 128))] }, "Mounts[0].Target", "255");
    }

    [TestCase(3)]
    [TestCase(200)]
    public void A_target_is_used_once(int count)
    {
        List<MountEntry> entries = [.. Enumerable.Range(0, count).Select(
            number => new DirectoryEntry($"/directory{number}"))];
        entries.Add(new TemporaryMount("/directory1"));

        Errors.One(Plain with { Mounts = [.. entries] }, $"Mounts[{count}].Target", "Mounts[1]");
    }

    [Test]
    public void An_entry_is_not_null() =>
        Errors.One(Plain with { Mounts = [new DirectoryEntry("/a"), null!] }, "Mounts[1]", "null");

    [Test]
    public void A_list_that_was_never_set_is_empty() =>
        Errors.None(Plain with { Mounts = default, MaskedPaths = default, ReadOnlyPaths = default });

    private static IEnumerable<TestCaseData> Faulty()
    {
        BindMount bind = new("/usr", "/usr");
        yield return new TestCaseData(bind with { Source = "usr" }, "Source");
        yield return new TestCaseData(bind with { Source = "" }, "Source");
        yield return new TestCaseData(bind with { Source = null! }, "Source");
        yield return new TestCaseData(bind with { Source = "/u\0sr" }, "Source");
        yield return new TestCaseData(bind with { Access = (MountAccess)2 }, "Access");
        yield return new TestCaseData(bind with { Options = (MountOptions)16 }, "Options");
        yield return new TestCaseData(bind with { Options = (MountOptions)(-1) }, "Options");
        yield return new TestCaseData(bind with { Scope = (BindScope)(-1) }, "Scope");
        yield return new TestCaseData(bind with { Propagation = (MountPropagation)4 }, "Propagation");
        yield return new TestCaseData(bind with { Ownership = (MountOwnership)2 }, "Ownership");
        yield return new TestCaseData(bind with { Requirement = (Requirement)2 }, "Requirement");

        TemporaryMount temporary = new("/tmp");
        yield return new TestCaseData(temporary with { Size = 0 }, "Size");
        yield return new TestCaseData(temporary with { Size = -1 }, "Size");
        yield return new TestCaseData(temporary with { Inodes = 0 }, "Inodes");
        yield return new TestCaseData(temporary with { Inodes = -5 }, "Inodes");
        yield return new TestCaseData(temporary with { Mode = (UnixFileMode)0x1000 }, "Mode");
        yield return new TestCaseData(temporary with { Options = (MountOptions)32 }, "Options");

        yield return new TestCaseData(new DeviceMount { SharedMemorySize = -1 }, "SharedMemorySize");
        yield return new TestCaseData(new DeviceMount { MaximumTerminals = 0 }, "MaximumTerminals");
        yield return new TestCaseData(new DeviceMount { MaximumTerminals = (1 << 20) + 1 }, "MaximumTerminals");
        yield return new TestCaseData(new DeviceMount { Terminals = (DeviceTerminals)2 }, "Terminals");
        yield return new TestCaseData(new ProcMount { Visibility = (ProcessVisibility)4 }, "Visibility");
        yield return new TestCaseData(new ProcMount { Content = (ProcContent)2 }, "Content");
        yield return new TestCaseData(new ProcMount { Access = (MountAccess)9 }, "Access");

        FileEntry file = new("/file", default);
        yield return new TestCaseData(file with { Mode = (UnixFileMode)(-1) }, "Mode");
        yield return new TestCaseData(file with { Owner = (EntryOwner)2 }, "Owner");
        yield return new TestCaseData(new DirectoryEntry("/directory") { Mode = (UnixFileMode)0x1000 }, "Mode");
        yield return new TestCaseData(new DirectoryEntry("/directory") { Owner = (EntryOwner)2 }, "Owner");
        yield return new TestCaseData(new SymbolicLinkEntry("/link", ""), "LinkText");
        yield return new TestCaseData(new SymbolicLinkEntry("/link", "a\0b"), "LinkText");
        yield return new TestCaseData(new SymbolicLinkEntry("/link", null!), "LinkText");
    }

    [TestCaseSource(nameof(Faulty))]
    public void A_member_out_of_range_is_named(MountEntry entry, string member) =>
        Errors.One(Plain with { Mounts = [entry] }, $"Mounts[0].{member}");

    [Test]
    public void Every_kind_of_entry_is_taken_as_it_comes() =>
        Errors.None(Plain with
        {
            Mounts =
            [
                new BindMount("/usr", "/usr"), new TemporaryMount("/tmp") { Inodes = 10 }, new ProcMount(),
                new SysMount(),
                new DeviceMount { SharedMemorySize = 0 }, new MessageQueueMount(),
                new FileEntry("/etc/motd", new byte[3]),
                new DirectoryEntry("/home"), new SymbolicLinkEntry("/bin", "usr/bin"),
            ],
        });

    [Test]
    public void Mounts_need_a_new_mount_namespace()
    {
        NamespaceSet joined = new() { Mount = NamespaceSource.OfProcess(1) };
        SandboxSpecification specification = Plain with
        {
            Namespaces = joined,
            Mounts = [new ProcMount()],
            MaskedPaths = ["/proc/keys"],
            ReadOnlyPaths = ["/proc/sys"],
        };

        Assert.That(
            specification.FindErrors().Select(error => error.Member),
            Is.EqualTo((string[])["Mounts", "MaskedPaths", "ReadOnlyPaths"]));
    }

    [Test]
    public void Kernel_file_systems_need_their_namespace()
    {
        SandboxSpecification host = Plain
            with
        { Namespaces = NamespaceSet.NewOnly(Namespaces.User | Namespaces.Mount) };

        Errors.One(host with { Mounts = [new ProcMount()] }, "Mounts[0]", "PID");
        Errors.One(host with { Mounts = [new SysMount()] }, "Mounts[0]", "network");
        Errors.One(host with { Mounts = [new MessageQueueMount()] }, "Mounts[0]", "IPC");
    }

    [Test]
    public void Owners_can_be_mapped_where_there_is_a_map()
    {
        BindMount bind = new("/data", "/data") { Ownership = MountOwnership.Mapped };

        Errors.None(Plain with { Mounts = [bind] });
        Errors.One(
            Plain with { Mounts = [bind], Namespaces = NamespaceSet.NewOnly(Namespaces.Mount) }, "Mounts[0].Ownership",
            "user namespace");
    }

    [TestCase("proc/keys", "absolute")]
    [TestCase("/proc/../keys", "normalized")]
    [TestCase("/", "root itself")]
    public void Covered_paths_are_absolute_and_normalized(string path, string word)
    {
        Errors.One(Plain with { MaskedPaths = ["/proc/kcore", path] }, "MaskedPaths[1]", word);
        Errors.One(Plain with { ReadOnlyPaths = [path] }, "ReadOnlyPaths[0]", word);
    }

    [Test]
    public void A_path_is_covered_once()
    {
        Errors.One(Plain with { MaskedPaths = ["/a", "/b", "/a"] }, "MaskedPaths[2]", "already");
        Errors.None(Plain with { MaskedPaths = ["/a"], ReadOnlyPaths = ["/a"] });
    }
}
