using Isolation.IntegrationTests.Support;
using Isolation.Linux.FileSystem;
using Isolation.Linux.Host;

namespace Isolation.IntegrationTests.Runtimes;

/// <summary>The targets of links of packages are in the sandbox, unless they are private.</summary>
public sealed class LinkTargetTests
{
    [Test]
    public async Task A_preset_follows_the_links_of_packages()
    {
        Requires.UserNamespaces();
        LinkedPath? linked = PackageLinks.Current.Find("/usr").FirstOrDefault(linked => linked.IsPublic);
        Requires.That("package-links", linked is not null, "no package links to its configuration");
        string item = linked!.Items[0];

        // First without: the link leads nowhere.
        Assert.That(await FoundAsync(Guest.Specification(), item), Is.EqualTo("no"));
        Assert.That(await FoundAsync(SandboxPresets.HostPrograms().Build(), item), Is.EqualTo("yes"));
    }

    [Test]
    public void Links_to_what_is_not_readable_for_everybody_are_not_followed() =>
        Assert.That(
            PackageLinks.Current.Find("/usr").SelectMany(linked => linked.Items)
                .Where(item => (Mode(item) & UnixFileMode.OtherRead) == 0),
            Is.Empty);

    [Test]
    public void A_directory_is_whole_only_if_all_of_it_is_readable_for_everybody()
    {
        LinkedPath whole = new("/etc/whole", IsPublic: true, ["/etc/whole/a", "/etc/whole/b"]);
        LinkedPath mixed = new("/etc/mixed", IsPublic: false, ["/etc/mixed/a"]);
        SandboxSpecification specification = new()
        {
            Mounts = [new BindMount("/usr", "/usr") { IncludesLinkTargets = true }],
        };

        Assert.That(
            LinkTargets.AddTo(specification, new Found(whole, mixed)).Mounts.Select(entry => entry.Target),
            Is.EqualTo(new[] { "/usr", "/etc/whole", "/etc/mixed/a" }));
    }

    [Test]
    public void An_entry_of_the_specification_takes_precedence()
    {
        LinkedPath whole = new("/etc/whole", IsPublic: true, ["/etc/whole/a", "/etc/whole/b"]);
        SandboxSpecification specification = new()
        {
            Mounts =
            [
                new BindMount("/usr", "/usr") { IncludesLinkTargets = true },
                new FileEntry("/etc/whole/a", "own"u8.ToArray()),
            ],
        };

        Assert.That(
            LinkTargets.AddTo(specification, new Found(whole)).Mounts.Select(entry => entry.Target),
            Is.EqualTo(new[] { "/usr", "/etc/whole/b", "/etc/whole/a" }));
    }

    [Test]
    public void A_rule_covers_the_targets_too()
    {
        LandlockFileRule rule = new("/usr", LandlockFileAccess.Read) { IncludesLinkTargets = true };
        SandboxSpecification specification = new()
        {
            Root = new HostRoot(),
            Landlock = new LandlockPolicy { FileRules = [rule] },
        };
        LinkedPath whole = new("/etc/whole", IsPublic: true, ["/etc/whole/a"]);

        Assert.That(
            LinkTargets.AddTo(specification, new Found(whole)).Landlock!.FileRules
                .Select(one => (one.Path, one.Access)),
            Is.EqualTo(new[] { ("/usr", LandlockFileAccess.Read), ("/etc/whole", LandlockFileAccess.Read) }));
    }

    private static UnixFileMode Mode(string path) => File.GetUnixFileMode(
        File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);

    private static Task<string> FoundAsync(SandboxSpecification specification, string path) =>
        specification.OutputAsync($"[ -r {path} ] && echo yes || echo no");

    private sealed class Found(params LinkedPath[] paths) : PackageLinks
    {
        internal override System.Collections.Immutable.ImmutableArray<LinkedPath> Find(string directory) => [.. paths];
    }
}
