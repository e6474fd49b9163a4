using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Roots;

public sealed class OverlayRootTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task What_is_written_to_a_throw_away_layer_is_gone_afterwards()
    {
        using HostFolder folder = new();
        string layer = MakeLayer(folder, "layer", "base");
        SandboxSpecification specification = Specification(new OverlayRoot([layer]));
        await using (ISandbox sandbox = await specification.CreateAsync())
        {
            await sandbox.OutputAsync("echo changed > /work/name; echo made > /work/made; rm /work/removed");
            Assert.That(await sandbox.OutputAsync("cat /work/name /work/made; ls /work"), Is.EqualTo("changed\nmade\nmade\nname"));
        }

        Assert.Multiple(() =>
        {
            Assert.That(folder.Read("layer/work/name"), Is.EqualTo("base\n"));
            Assert.That(Directory.GetFileSystemEntries(folder.At("layer/work")), Has.Length.EqualTo(2));
        });
        Assert.That(await specification.OutputAsync("cat /work/name; ls /work"), Is.EqualTo("base\nname\nremoved"));
    }

    [Test]
    public async Task The_uppermost_of_many_layers_is_seen()
    {
        using HostFolder folder = new();
        string[] layers = [.. Enumerable.Range(0, 20).Select(i => MakeLayer(folder, $"layer{i}", $"layer {i}"))];
        folder.Write("layer19/work/lowest", "lowest\n");

        Assert.That(await Specification(new OverlayRoot([.. layers])).OutputAsync("cat /work/name /work/lowest"), Is.EqualTo("layer 0\nlowest"));
    }

    [TestCase("with:colon")]
    [TestCase("with,comma")]
    [TestCase("with\\backslash")]
    [TestCase("with space")]
    [TestCase("with=equals")]
    [TestCase("with\"quote")]
    [TestCase("ends with\\")]
    [TestCase("mixed\\:,\\, ::")]
    [TestCase("ünï")]
    public async Task A_layer_s_name_may_hold_any_character(string name)
    {
        using HostFolder folder = new();
        string first = MakeLayer(folder, name, "first"), second = MakeLayer(folder, name + "2", "second");
        File.Delete(folder.At($"{name}/work/removed"));

        Assert.That(await Specification(new OverlayRoot([first, second])).OutputAsync("cat /work/name; ls /work"), Is.EqualTo("first\nname\nremoved"));
    }

    [Test]
    public async Task Many_layers_may_have_long_paths()
    {
        using HostFolder folder = new();
        string deep = string.Join('/', Enumerable.Repeat(new string('d', 200), 4));
        string[] layers = [.. Enumerable.Range(0, 100).Select(i => MakeLayer(folder, $"{deep}/layer{i}", $"layer {i}"))];
        folder.Write($"{deep}/layer99/work/lowest", "lowest\n");
        OverlayRoot root = new([.. layers]);

        Assert.That(await Specification(root).OutputAsync("cat /work/name /work/lowest"), Is.EqualTo("layer 0\nlowest"));
        KeptUpper upper = new(folder.Folder($"{deep}/upper"), folder.Folder($"{deep}/tmp"));
        Assert.That(await Specification(root with { Upper = upper }).OutputAsync("echo changed > /work/name; cat /work/name /work/lowest"), Is.EqualTo("changed\nlowest"));
        Assert.That(folder.Read($"{deep}/upper/work/name"), Is.EqualTo("changed\n"));
    }

    [Test]
    public async Task The_payload_learns_nothing_of_where_the_layers_are()
    {
        using HostFolder folder = new();
        SandboxSpecification specification = Specification(new OverlayRoot([MakeLayer(folder, "layer", "base")]));

        Assert.That(await specification.OutputAsync("cat /proc/self/mountinfo"), Does.Not.Contain(folder.Path));
    }

    [Test]
    public async Task An_ordinary_user_cannot_map_the_owners_of_a_layer()
    {
        Requires.NotRoot();
        using HostFolder folder = new();
        OverlayRoot root = new([MakeLayer(folder, "layer", "base")]);

        SandboxException refusal = await Specification(root with { Ownership = MountOwnership.Mapped }).RefusalAsync();
        await using ISandbox sandbox = await Specification(root).CreateAsync();

        Assert.That((refusal.ErrorName, sandbox.Report.NotApplied.Length), Is.EqualTo(("EPERM", 0)));
    }

    [TestCase("upper")]
    [TestCase("up:per,with\\ everything")]
    public async Task A_kept_layer_holds_what_was_written(string name)
    {
        using HostFolder folder = new();
        string layer = MakeLayer(folder, "layer", "base");
        OverlayRoot root = new([layer]) { Upper = new KeptUpper(folder.Folder(name), folder.Folder(name + ".tmp")) };
        SandboxSpecification specification = Specification(root);

        await specification.OutputAsync("echo changed > /work/name; echo made > /work/made; rm /work/removed");

        string whiteout = HostProgram.Run("stat", "-c", "%F %t:%T", folder.At($"{name}/work/removed")).Trim();
        Assert.Multiple(() =>
        {
            Assert.That(folder.Read($"{name}/work/name"), Is.EqualTo("changed\n"));
            Assert.That(folder.Read($"{name}/work/made"), Is.EqualTo("made\n"));
            Assert.That(whiteout, Is.EqualTo("character special file 0:0"), "A removed file is marked as removed.");
            Assert.That(folder.Read("layer/work/name"), Is.EqualTo("base\n"));
        });
        Assert.That(await specification.OutputAsync("cat /work/name; ls /work"), Is.EqualTo("changed\nmade\nname"));
    }

    [Test]
    public async Task Entries_replace_what_a_layer_has_and_a_folder_is_taken_as_it_is()
    {
        using HostFolder folder = new();
        SandboxSpecification specification = Specification(new OverlayRoot([MakeLayer(folder, "layer", "base")]));
        specification = specification with
        {
            Mounts =
            [
                .. specification.Mounts, new FolderEntry("/work"), new FileEntry("/work/name", "given"u8.ToArray()), new SymbolicLinkEntry("/work/removed", "name"),
            ],
        };

        Assert.That(await specification.OutputAsync("cat /work/name; readlink /work/removed"), Is.EqualTo("givenname"));
        Assert.That(folder.Read("layer/work/name"), Is.EqualTo("base\n"));
    }

    [Test]
    public async Task A_throw_away_layer_holds_no_more_than_its_size()
    {
        using HostFolder folder = new();
        OverlayRoot root = new([MakeLayer(folder, "layer", "base")]) { Upper = new ThrowAwayUpper { Size = 1 << 20 } };

        SandboxResult result = await Specification(root).RunAsync("head -c 2000000 /dev/zero > /work/large");

        Assert.That(result.StandardError.Text, Does.Contain("No space left on device"));
    }

    [Test]
    public async Task Neither_the_layers_nor_the_upper_folder_are_mounted_anywhere()
    {
        using HostFolder folder = new();
        SandboxSpecification specification = Specification(new OverlayRoot([MakeLayer(folder, "layer", "base")]));

        string[] lines = (await specification.OutputAsync("cat /proc/self/mountinfo")).Split('\n');

        Assert.That(lines.Where(line => line.Contains(" / / ", StringComparison.Ordinal)), Has.Exactly(1).Contains(" overlay "));
    }

    [Test]
    public async Task A_missing_layer_is_an_error()
    {
        using HostFolder folder = new();

        SandboxException refusal = await Specification(new OverlayRoot([MakeLayer(folder, "layer", "base"), folder.At("missing")])).RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
            Assert.That(refusal.Target, Is.EqualTo(folder.At("missing")));
        });
    }

    private static SandboxSpecification Specification(OverlayRoot root) =>
        Guest.Specification() with { Root = root };

    private static string MakeLayer(HostFolder folder, string name, string content)
    {
        folder.Folder(name);
        string work = folder.Folder($"{name}/work");
        folder.Write($"{name}/work/name", content + "\n");
        folder.Write($"{name}/work/removed", "");
        foreach (string file in Directory.GetFiles(work))
        {
            File.SetUnixFileMode(file, HostFolder.Everybody);
        }

        return folder.At(name);
    }
}
