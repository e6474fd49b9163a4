using Isolation.IntegrationTests.Robustness;
using Isolation.IntegrationTests.Support;
using HostProgram = Isolation.IntegrationTests.Support.HostProgram;

namespace Isolation.IntegrationTests.FileSystem.Roots;

/// <summary>
/// Owners of the files of an overlay on a host that may map owners. The layers belong to root, as in an image.
/// </summary>
public sealed class OverlayOwnerTests
{
    // No file system in which a layer could be, but one that overlayfs takes and that cannot map owners.
    private const string Unmappable = "/sys/module";

    private const UnixFileMode OnlyRoot = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private HostDirectory _directory = null!;

    [SetUp]
    public void SetUp()
    {
        Requires.UserNamespaces();
        Requires.Root();
        _directory = new HostDirectory();

        // As an image store is kept: nobody but root gets in.
        File.SetUnixFileMode(_directory.Path, OnlyRoot);
    }

    [TearDown]
    public void TearDown() => _directory?.Dispose();

    [Test]
    public async Task Root_inside_changes_makes_and_removes_what_root_owns_in_a_layer()
    {
        string image = MakeImage("image");
        SandboxSpecification specification = Specification(new OverlayRoot([image])).AsRoot();

        string output = await specification.OutputAsync(
            """
            set -e
            stat -c '%n %u:%g %a' /srv /srv/settings /srv/tree /srv/sticky
            echo changed >> /srv/settings; mv /srv/renamed /srv/new
            rm -r /srv/tree; mkdir /srv/tree; touch /srv/tree/fresh
            chmod 600 /srv/settings; echo made > /srv/made
            cat /srv/settings; ls /srv /srv/tree; stat -c '%n %u:%g %a' /srv/settings /srv/new
            """);

        Assert.Multiple(() =>
        {
            Assert.That(output.Split('\n'), Is.EqualTo((string[])
            [
                "/srv 0:0 755", "/srv/settings 0:0 644", "/srv/tree 0:0 755", "/srv/sticky 0:0 1777",
                "original", "changed", "/srv:", "made", "new", "settings", "sticky", "tree", "", "/srv/tree:", "fresh",
                "/srv/settings 0:0 600", "/srv/new 0:0 644",
            ]));
            Assert.That(Describe(image), Is.EqualTo(Describe(MakeImage("other"))), "The layer is as it was.");
        });
    }

    [Test]
    public async Task A_program_with_privileges_in_a_layer_can_be_changed_and_gives_none()
    {
        Requires.Program("setcap");
        string image = MakeImage("image");
        foreach (string name in (string[])["capable", "setuid"])
        {
            File.Copy("/usr/bin/id", _directory.At($"image/srv/{name}"));
        }

        HostProgram.Run("setcap", "cap_net_raw+ep", _directory.At("image/srv/capable"));
        HostProgram.Run("chmod", "4755", _directory.At("image/srv/setuid"));
        SandboxSpecification specification = Specification(new OverlayRoot([image]));

        string changed = await specification.AsRoot().OutputAsync(
            "set -e; chmod g+w /srv/capable; touch /srv/setuid; echo more >> /srv/setuid; /srv/capable -u; stat -c %a "
            + "/srv/capable");
        string user = await specification.OutputAsync("/srv/setuid -u; /srv/capable -u");

        Assert.That((changed, user), Is.EqualTo(("0\n775", "1000\n1000")));
    }

    [Test]
    public async Task An_ordinary_user_inside_changes_nothing_of_root_s_and_writes_where_everybody_may()
    {
        SandboxSpecification specification = Specification(new OverlayRoot([MakeImage("image")]));

        SandboxResult result = await specification.RunAsync(
            """
            id -u
            echo changed >> /srv/settings; touch /srv/made; rm /srv/settings; chmod 666 /srv/settings
            rm -r /srv/tree; mv /srv/renamed /srv/sticky/
            echo mine > /srv/sticky/mine; rm /srv/sticky/of-root
            stat -c '%n %u:%g' /srv/sticky/*; cat /srv/settings; ls /srv
            """);

        Assert.That(result.StandardOutput.Text.TrimEnd().Split('\n'), Is.EqualTo((string[])
        [
            "1000", "/srv/sticky/mine 1000:1000", "/srv/sticky/of-root 0:0", "original", "renamed", "settings",
            "sticky", "tree",
        ]));
    }

    [Test]
    public async Task A_kept_layer_has_the_owners_of_inside_and_serves_as_a_layer()
    {
        string image = MakeImage("image");
        string upper = _directory.Directory("upper");
        File.SetUnixFileMode(upper, (UnixFileMode)0b111_101_101);
        OverlayRoot root = new([image]) { Upper = new PersistentUpper(upper, _directory.Directory("work")) };

        await Specification(root).AsRoot().OutputAsync(
            "set -e; echo changed >> /srv/settings; rm /srv/renamed; rm -r /srv/tree; mkdir /srv/tree; touch "
            + "/srv/tree/fresh");
        await Specification(root).OutputAsync("echo mine > /srv/sticky/mine");

        Assert.Multiple(() =>
        {
            Assert.That(_directory.Read("upper/srv/settings"), Is.EqualTo("original\nchanged\n"));
            Assert.That(Stat("%u:%g %a", _directory.At("upper/srv/settings")), Is.EqualTo("0:0 644"));
            Assert.That(
                Stat("%u:%g %F %t:%T", _directory.At("upper/srv/renamed")),
                Is.EqualTo("0:0 character special file 0:0"));
            Assert.That(Stat("%u:%g", _directory.At("upper/srv/sticky/mine")), Is.EqualTo("1000:1000"));
            Assert.That(Describe(image), Is.EqualTo(Describe(MakeImage("other"))), "The layer is as it was.");
        });
        OverlayRoot above = new([upper, image]);
        Assert.That(
            (await Specification(above).OutputAsync(
                "cat /srv/settings; ls /srv /srv/tree; stat -c %u /srv/sticky/mine")).Split('\n'),
            Is.EqualTo(
                (string[])["original", "changed", "/srv:", "settings", "sticky", "tree", "", "/srv/tree:",
                    "fresh", "1000"]));
    }

    [Test]
    public async Task A_kept_layer_is_found_through_a_link_each_time()
    {
        string image = MakeImage("image");
        string first = _directory.Directory("first/upper"), second = _directory.Directory("second/upper");
        _directory.Directory("first/work");
        _directory.Directory("second/work");
        string link = Directory.CreateSymbolicLink(_directory.At("current"), "first").FullName;
        SandboxSpecification specification = Specification(
            new OverlayRoot([image]) { Upper = new PersistentUpper($"{link}/upper", $"{link}/work") }).AsRoot();

        await specification.OutputAsync("echo 1 > /written");
        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, "second");
        await specification.OutputAsync("echo 2 > /written");

        Assert.That(
            (File.ReadAllText($"{first}/written"), File.ReadAllText($"{second}/written")), Is.EqualTo(("1\n", "2\n")));
    }

    [Test]
    public async Task Two_sandboxes_over_the_same_layers_see_nothing_of_each_other()
    {
        string image = MakeImage("image");
        SandboxSpecification specification = Specification(new OverlayRoot([image])).AsRoot();
        await using ISandbox first = await specification.CreateAsync();
        await using ISandbox second = await specification.CreateAsync();

        await first.OutputAsync("echo first > /srv/settings; rm -r /srv/tree");
        await second.OutputAsync("echo second > /srv/settings; touch /srv/tree/second");

        Assert.Multiple(async () =>
        {
            Assert.That(
                await first.OutputAsync("cat /srv/settings; ls /srv"), Is.EqualTo("first\nrenamed\nsettings\nsticky"));
            Assert.That(
                await second.OutputAsync("cat /srv/settings; ls /srv/tree"), Is.EqualTo("second\nleaf\nsecond"));
        });
        Assert.That(Describe(image), Is.EqualTo(Describe(MakeImage("other"))), "The layer is as it was.");
    }

    [Test]
    public async Task A_directory_that_another_overlay_of_the_host_replaced_stays_replaced()
    {
        string image = MakeImage("image");
        Guest.RequirePython();
        Directory.CreateDirectory(_directory.At("above/srv/tree"));
        HostProgram.Run(
            "python3", "-c", "import os, sys; os.setxattr(sys.argv[1], 'trusted.overlay.opaque', b'y')",
            _directory.At("above/srv/tree"));

        Assert.That(
            await Specification(new OverlayRoot([_directory.At("above"), image]))
            .OutputAsync("ls /srv/tree; cat /srv/settings"), Is.EqualTo("original"));
    }

    [Test]
    public async Task Owners_as_on_the_host_can_be_asked_for()
    {
        File.SetUnixFileMode(_directory.Path, HostDirectory.Everybody);
        string image = MakeImage("image");
        SandboxSpecification specification = Specification(
            new OverlayRoot([image]) { Ownership = MountOwnership.Host }).AsRoot();

        SandboxResult result = await specification.RunAsync(
            "stat -c %u:%g /srv/settings; echo changed >> /srv/settings; cat /srv/settings");

        Assert.That(result.StandardOutput.Text, Is.EqualTo("65534:65534\noriginal\n"));
    }

    [Test]
    public async Task A_kept_layer_with_owners_as_on_the_host_belongs_to_the_mapped_ids()
    {
        OverlayRoot root = new([MakeImage("image")])
        {
            Ownership = MountOwnership.Host,
            Upper = new PersistentUpper(_directory.Directory("upper"), _directory.Directory("work")),
        };
        SandboxSpecification specification = Specification(root).AsRoot();
        File.SetUnixFileMode(_directory.At("upper"), OnlyRoot);

        SandboxException refusal = await specification.RefusalAsync();
        HostProgram.Run("chown", "1879048192:1879048192", _directory.At("upper"));
        await specification.OutputAsync("echo made > /made");

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("EACCES"));
            Assert.That(Stat("%u:%g", _directory.At("upper/made")), Is.EqualTo("1879048192:1879048192"));
        });
    }

    [Test]
    public async Task A_layer_that_cannot_map_owners_is_reported_or_refused_and_leaves_nothing()
    {
        OverlayRoot root = new([MakeImage("image"), Unmappable]);
        File.SetUnixFileMode(_directory.Path, HostDirectory.Everybody);
        await Specification(root).OutputAsync("true");
        HostState before = HostState.Capture();

        await using (ISandbox sandbox = await Specification(root).CreateAsync())
        {
            Assert.That(
                sandbox.Report.NotApplied.Select(entry => entry.Feature),
                Does.Contain($"map the owners of {Unmappable}"));
            Assert.That(await sandbox.OutputAsync("stat -c %u /srv/settings"), Is.EqualTo("65534"));
        }

        SandboxException refusal = await Specification(root with { Ownership = MountOwnership.Mapped }).RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Stage, Is.EqualTo($"map the owners of {Unmappable}"));
            Assert.That(refusal.ErrorName, Is.EqualTo("EINVAL"));
            Assert.That(refusal.Remedy, Does.Contain("MountOwnership.Host"));
        });
        HostState.Capture().HasNothingMoreThan(before, 100);
    }

    [Test]
    public async Task Nothing_is_reported_where_owners_are_mapped()
    {
        await using ISandbox sandbox = await Specification(new OverlayRoot([MakeImage("image")])).CreateAsync();

        Assert.That(sandbox.Report.NotApplied, Is.Empty);
    }

    private static SandboxSpecification Specification(OverlayRoot root) => Guest.Specification() with { Root = root };

    private static string Stat(string format, string path) => HostProgram.Run("stat", "-c", format, path).Trim();

    /// <summary>All that is in a directory: names, types, owners, permissions and content.</summary>
    private static string Describe(string directory) =>
        HostProgram.Run(
            "sh", "-c", "cd \"$1\" && find . -printf '%p %y %U:%G %m\\n' | sort && find . -type f | sort | xargs cat",
            "sh", directory);

    private string MakeImage(string name)
    {
        string image = _directory.Directory(name);
        HostProgram.Run(
            "sh", "-c",
            "umask 022; chmod 755 \"$1\"; cd \"$1\"; mkdir -p srv/tree srv/sticky; chmod 1777 srv/sticky; echo "
                + "original > srv/settings; touch srv/renamed srv/tree/leaf srv/sticky/of-root",
            "sh", image);
        return image;
    }
}
