using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Roots;

public sealed class OverlayRootTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Changes_in_a_temporary_layer_are_discarded()
    {
        using HostDirectory directory = new();
        string layer = MakeLayer(directory, "layer", "base");
        SandboxSpecification specification = Specification(new OverlayRoot([layer]));
        await using (ISandbox sandbox = await specification.CreateAsync())
        {
            await sandbox.OutputAsync("echo changed > /work/name; echo made > /work/made; rm /work/removed");
            Assert.That(
                await sandbox.OutputAsync("cat /work/name /work/made; ls /work"),
                Is.EqualTo("changed\nmade\nmade\nname"));
        }

        Assert.Multiple(() =>
        {
            Assert.That(directory.Read("layer/work/name"), Is.EqualTo("base\n"));
            Assert.That(Directory.GetFileSystemEntries(directory.At("layer/work")), Has.Length.EqualTo(2));
        });
        Assert.That(await specification.OutputAsync("cat /work/name; ls /work"), Is.EqualTo("base\nname\nremoved"));
    }

    [Test]
    public async Task The_uppermost_of_many_layers_is_seen()
    {
        using HostDirectory directory = new();
        string[] layers = [.. Enumerable.Range(0, 20).Select(i => MakeLayer(directory, $"layer{i}", $"layer {i}"))];
        directory.Write("layer19/work/lowest", "lowest\n");

        Assert.That(
            await Specification(new OverlayRoot([.. layers])).OutputAsync("cat /work/name /work/lowest"),
            Is.EqualTo("layer 0\nlowest"));
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
        using HostDirectory directory = new();
        string first = MakeLayer(directory, name, "first"), second = MakeLayer(directory, name + "2", "second");
        File.Delete(directory.At($"{name}/work/removed"));

        Assert.That(
            await Specification(new OverlayRoot([first, second])).OutputAsync("cat /work/name; ls /work"),
            Is.EqualTo("first\nname\nremoved"));
    }

    [Test]
    public async Task Many_layers_may_have_long_paths()
    {
        using HostDirectory directory = new();
        string deep = string.Join('/', Enumerable.Repeat(new string('d', 200), 4));
        string[] layers = [.. Enumerable.Range(0, 100).Select(
            i => MakeLayer(directory, $"{deep}/layer{i}", $"layer {i}"))];
        directory.Write($"{deep}/layer99/work/lowest", "lowest\n");
        OverlayRoot root = new([.. layers]);

        Assert.That(
            await Specification(root).OutputAsync("cat /work/name /work/lowest"), Is.EqualTo("layer 0\nlowest"));
        PersistentUpper upper = new(directory.Directory($"{deep}/upper"), directory.Directory($"{deep}/tmp"));
        Assert.That(
            await Specification(root with { Upper = upper }).OutputAsync(
                "echo changed > /work/name; cat /work/name /work/lowest"), Is.EqualTo("changed\nlowest"));
        Assert.That(directory.Read($"{deep}/upper/work/name"), Is.EqualTo("changed\n"));
    }

    [Test]
    public async Task The_payload_learns_nothing_of_where_the_layers_are()
    {
        using HostDirectory directory = new();
        SandboxSpecification specification = Specification(new OverlayRoot([MakeLayer(directory, "layer", "base")]));

        Assert.That(await specification.OutputAsync("cat /proc/self/mountinfo"), Does.Not.Contain(directory.Path));
    }

    [Test]
    public async Task An_ordinary_user_cannot_map_the_owners_of_a_layer()
    {
        Requires.NotRoot();
        using HostDirectory directory = new();
        OverlayRoot root = new([MakeLayer(directory, "layer", "base")]);

        SandboxException refusal = await Specification(root with { Ownership = MountOwnership.Mapped }).RefusalAsync();
        await using ISandbox sandbox = await Specification(root).CreateAsync();

        Assert.That((refusal.ErrorName, sandbox.Report.NotApplied.Length), Is.EqualTo(("EPERM", 0)));
    }

    [TestCase("upper")]
    [TestCase("up:per,with\\ everything")]
    public async Task A_kept_layer_holds_what_was_written(string name)
    {
        using HostDirectory directory = new();
        string layer = MakeLayer(directory, "layer", "base");
        OverlayRoot root = new([layer])
        {
            Upper = new PersistentUpper(directory.Directory(name), directory.Directory(name + ".tmp")),
        };
        SandboxSpecification specification = Specification(root);

        await specification.OutputAsync("echo changed > /work/name; echo made > /work/made; rm /work/removed");

        string whiteout = HostProgram.Run("stat", "-c", "%F %t:%T", directory.At($"{name}/work/removed")).Trim();
        Assert.Multiple(() =>
        {
            Assert.That(directory.Read($"{name}/work/name"), Is.EqualTo("changed\n"));
            Assert.That(directory.Read($"{name}/work/made"), Is.EqualTo("made\n"));
            Assert.That(whiteout, Is.EqualTo("character special file 0:0"), "A removed file is marked as removed.");
            Assert.That(directory.Read("layer/work/name"), Is.EqualTo("base\n"));
        });
        Assert.That(await specification.OutputAsync("cat /work/name; ls /work"), Is.EqualTo("changed\nmade\nname"));
    }

    [Test]
    public async Task Entries_replace_what_a_layer_has_and_a_directory_is_taken_as_it_is()
    {
        using HostDirectory directory = new();
        SandboxSpecification specification = Specification(new OverlayRoot([MakeLayer(directory, "layer", "base")]));
        specification = specification with
        {
            Mounts =
            [
                .. specification.Mounts, new DirectoryEntry("/work"), new FileEntry("/work/name", "given"u8.ToArray()),
                new SymbolicLinkEntry("/work/removed", "name"),
            ],
        };

        Assert.That(await specification.OutputAsync("cat /work/name; readlink /work/removed"), Is.EqualTo("givenname"));
        Assert.That(directory.Read("layer/work/name"), Is.EqualTo("base\n"));
    }

    [Test]
    public async Task A_throw_away_layer_holds_no_more_than_its_size()
    {
        using HostDirectory directory = new();
        OverlayRoot root = new(
            [MakeLayer(directory, "layer", "base")])
        { Upper = new TemporaryUpper { Size = 1 << 20 } };

        SandboxResult result = await Specification(root).RunAsync("head -c 2000000 /dev/zero > /work/large");

        Assert.That(result.StandardError.Text, Does.Contain("No space left on device"));
    }

    [Test]
    public async Task Neither_the_layers_nor_the_upper_directory_are_mounted_anywhere()
    {
        using HostDirectory directory = new();
        SandboxSpecification specification = Specification(new OverlayRoot([MakeLayer(directory, "layer", "base")]));

        string[] lines = (await specification.OutputAsync("cat /proc/self/mountinfo")).Split('\n');

        Assert.That(
            lines.Where(line => line.Contains(" / / ", StringComparison.Ordinal)),
            Has.Exactly(1).Contains(" overlay "));
    }

    [Test]
    public async Task A_missing_layer_is_an_error()
    {
        using HostDirectory directory = new();

        SandboxException refusal = await Specification(
            new OverlayRoot([MakeLayer(directory, "layer", "base"), directory.At("missing")])).RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
            Assert.That(refusal.Target, Is.EqualTo(directory.At("missing")));
        });
    }

    private static SandboxSpecification Specification(OverlayRoot root) =>
        Guest.Specification() with { Root = root };

    private static string MakeLayer(HostDirectory directory, string name, string content)
    {
        directory.Directory(name);
        string work = directory.Directory($"{name}/work");
        directory.Write($"{name}/work/name", content + "\n");
        directory.Write($"{name}/work/removed", "");
        foreach (string file in Directory.GetFiles(work))
        {
            File.SetUnixFileMode(file, HostDirectory.Everybody);
        }

        return directory.At(name);
    }
}
