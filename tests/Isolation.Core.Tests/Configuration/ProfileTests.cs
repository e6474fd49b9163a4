using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Isolation.Core.Tests.Configuration;

public sealed class ProfileTests
{
    private const string Good = """
        {
          "Isolation": {
            "DefaultWallTime": "00:00:10",
            "DefaultOutputLimit": 1000,
            "DefaultHostDirectories": [ "/opt/tools" ],
            "DefaultUserId": 2000,
            "DefaultGroupId": 2001,
            "Profiles": {
              "Judge": {
                "Preset": "HostPrograms",
                "HostDirectories": [ "/srv/tests" ],
                "OptionalHostDirectories": [ "/srv/extra" ],
                "Binds": [
                  { "Source": "/srv/work", "Target": "/work", "Access": "ReadWrite" },
                  { "Source": "/srv/same" }
                ],
                "TemporaryDirectories": [ { "Target": "/scratch", "Size": 1048576 }, { "Target": "/var/tmp" } ],
                "MaskedPaths": [ "/work/secret" ],
                "ReadOnlyPaths": [ "/work/fixed" ],
                "Namespaces": "User, Mount, Pid, Network, Ipc, Uts, Cgroup, Time",
                "UserId": 7,
                "HostName": "judge",
                "DomainName": "contest"
              },
              "image": { "Preset": "Minimal", "RootDirectory": "/srv/image", "RootAccess": "ReadWrite" },
              "layers": { "Preset": "Empty", "Layers": [ "/srv/top", "/srv/bottom" ], "Namespaces": "User, Mount, Pid" }
            }
          }
        }
        """;

    [Test]
    public async Task Options_are_bound()
    {
        await using ServiceProvider services = TestConfiguration.Services(
            Good, options => options.DefaultOutputLimit = 5);

        IsolationOptions options = services.GetRequiredService<IOptions<IsolationOptions>>().Value;

        Assert.That(options.DefaultWallTime, Is.EqualTo(TimeSpan.FromSeconds(10)));
        Assert.That(options.DefaultOutputLimit, Is.EqualTo(5), "what is set in code comes last");
        Assert.That(options.DefaultHostDirectories, Is.EqualTo((string[])["/opt/tools"]));
        Assert.That(options.Profiles, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_profile_becomes_a_specification()
    {
        await using ServiceProvider services = TestConfiguration.Services(Good);
        ISandboxProfiles profiles = services.GetRequiredService<ISandboxProfiles>();

        SandboxSpecification judge = profiles.GetSpecification("judge");

        Assert.That(judge, Is.SameAs(profiles.GetSpecification("JUDGE")));
        Assert.That(judge.Name, Is.EqualTo("Judge"));
        Assert.That(judge.FindErrors(), Is.Empty);
        Assert.That(judge.Root, Is.EqualTo(new EmptyRoot()));
        Assert.That(judge.Mounts.TakeLast(7), Is.EqualTo((MountEntry[])
        [
            new BindMount("/opt/tools", "/opt/tools"),
            new BindMount("/srv/tests", "/srv/tests"),
            new BindMount("/srv/extra", "/srv/extra") { Requirement = Requirement.Prefer },
            new BindMount("/srv/work", "/work") { Access = MountAccess.ReadWrite },
            new BindMount("/srv/same", "/srv/same"),
            new TemporaryMount("/scratch") { Size = 1.MiB() },
            new TemporaryMount("/var/tmp"),
        ]));
        Assert.That(judge.Mounts, Has.Some.EqualTo(new BindMount("/usr", "/usr") { IncludesLinkTargets = true }));
        Assert.That(judge.MaskedPaths, Is.EqualTo(SandboxPresets.MaskedPaths.Add("/work/secret")));
        Assert.That(judge.ReadOnlyPaths, Is.EqualTo(SandboxPresets.ReadOnlyPaths.Add("/work/fixed")));
        Assert.That(judge.Namespaces, Is.EqualTo(NamespaceSet.NewOnly(Namespaces.All)));
        Assert.That(judge.User, Is.EqualTo(new SandboxUser(7, 2001)));
        Assert.That(judge.HostName, Is.EqualTo("judge"));
        Assert.That(judge.DomainName, Is.EqualTo("contest"));
    }

    [Test]
    public async Task A_profile_can_have_another_root()
    {
        await using ServiceProvider services = TestConfiguration.Services(Good);
        ISandboxProfiles profiles = services.GetRequiredService<ISandboxProfiles>();

        SandboxSpecification image = profiles.GetSpecification("image");
        SandboxSpecification layers = profiles.GetSpecification("layers");

        Assert.That(image.Root, Is.EqualTo(new DirectoryRoot("/srv/image") { Access = MountAccess.ReadWrite }));
        Assert.That(
            image.Mounts, Is.EqualTo((MountEntry[])[new ProcMount(), new DeviceMount(), new CgroupMount()]),
            "host directories are for built roots");
        Assert.That(image.User, Is.EqualTo(new SandboxUser(2000, 2001)));
        Assert.That(image.HostName, Is.EqualTo("sandbox"));
        Assert.That(layers.Root, Is.EqualTo(new OverlayRoot(["/srv/top", "/srv/bottom"])));
        Assert.That(layers.Mounts, Is.Empty);
        Assert.That(layers.HostName, Is.Null);
    }

    [Test]
    public async Task A_profile_inherits_unset_values_from_its_preset()
    {
        await using ServiceProvider services = TestConfiguration.Services("""
            { "Isolation": { "DefaultHostDirectories": [ "/opt/tools" ], "Profiles": {
              "a": { "Preset": "Judge" },
              "b": { "Preset": "PlugIn", "SystemCalls": "Default",
                     "Limits": { "Processes": 7, "CgroupPath": "/judge/box" } },
              "c": { "Preset": "Unprivileged" },
              "d": { "Preset": "Judge", "SystemCalls": "None", "Namespaces": "User, Mount, Pid" } } } }
            """);
        ISandboxProfiles profiles = services.GetRequiredService<ISandboxProfiles>();

        SandboxSpecification judge = profiles.GetSpecification("a");
        SandboxSpecification plugIn = profiles.GetSpecification("b");
        SandboxSpecification unprivileged = profiles.GetSpecification("c");

        Assert.Multiple(() =>
        {
            Assert.That(
                (judge.SystemCalls, judge.Limits!.Processes, judge.Landlock),
                Is.EqualTo(
                    (SystemCallFilter.Judge, SandboxPresets.Judge().Build().Limits!.Processes,
                        LandlockPolicy.OfMounts)));
            Assert.That(
                (plugIn.SystemCalls, plugIn.Limits!.Processes, plugIn.Limits.CgroupPath, plugIn.Limits.Memory),
                Is.EqualTo((SystemCallFilter.Default, (long?)7, "/judge/box", (long?)512.MiB())));
            Assert.That(
                unprivileged, Is.EqualTo(
                    SandboxPresets.Unprivileged().Build() with
                    {
                        Name = "c",
                        Mounts = unprivileged.Mounts,
                        MaskedPaths = unprivileged.MaskedPaths,
                        ReadOnlyPaths = unprivileged.ReadOnlyPaths,
                    }));
            Assert.That(unprivileged.Mounts, Is.Empty);
            Assert.That(unprivileged.FindErrors(), Is.Empty);
            Assert.That(profiles.GetSpecification("d").SystemCalls, Is.EqualTo(SystemCallFilter.Off));
            Assert.That(
                profiles.GetSpecification("d").Namespaces,
                Is.EqualTo(NamespaceSet.NewOnly(Namespaces.User | Namespaces.Mount | Namespaces.Pid)));
        });
    }

    [Test]
    public async Task Names_are_listed()
    {
        await using ServiceProvider services = TestConfiguration.Services(Good);
        await using ServiceProvider none = TestConfiguration.Services("{}");
        ISandboxProfiles profiles = services.GetRequiredService<ISandboxProfiles>();

        Assert.That(profiles.Names, Is.EqualTo((string[])["image", "Judge", "layers"]));
        Assert.That(
            () => profiles.GetSpecification("other"),
            Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("'other'").And.Message.Contains(
                "image, Judge, layers"));
        Assert.That(() => profiles.GetSpecification(null!), Throws.ArgumentNullException);
        Assert.That(
            () => none.GetRequiredService<ISandboxProfiles>().GetSpecification("x"),
            Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("defines none"));
    }

    [Test]
    public async Task Every_error_of_every_profile_is_listed()
    {
        await using ServiceProvider services = TestConfiguration.Services("""
            {
              "Isolation": {
                "DefaultWallTime": "00:00:00",
                "DefaultOutputLimit": -1,
                "Profiles": {
                  "a": {
                    "Preset": "Empty",
                    "HostDirectories": [ "usr" ],
                    "TemporaryDirectories": [ { "Target": "/tmp", "Size": 0 } ]
                  },
                  "b": { "RootDirectory": "image", "Layers": [ "/x", "y" ], "HostName": "" },
                  "c": { "Preset": 9, "Namespaces": 256, "Binds": [ { "Source": "" } ] }
                }
              }
            }
            """);

        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(
            () => _ = services.GetRequiredService<IOptions<IsolationOptions>>().Value)!;

        string[] starts =
        [
            "DefaultWallTime: ", "DefaultOutputLimit: ",
            "Profiles:a: Mounts[0].Target: ", "Profiles:a: Mounts[0].Source: ", "Profiles:a: Mounts[1].Size: ",
            "Profiles:b: RootDirectory: ", "Profiles:b: Root.Layers[1]: ",
            "Profiles:c: Preset: ", "Profiles:c: Namespaces: ", "Profiles:c: Mounts[0].Target: ",
            "Profiles:c: Mounts[0].Source: ",
        ];
        foreach (string start in starts)
        {
            Assert.That(exception.Failures, Has.Some.StartsWith(start));
        }
    }
}
