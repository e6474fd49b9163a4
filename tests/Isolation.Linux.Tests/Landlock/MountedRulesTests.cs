using Isolation.Linux.Landlock;

namespace Isolation.Linux.Tests.Landlock;

/// <summary>Tests the rules that repeat the access rights of the mounts of a specification.</summary>
public sealed class MountedRulesTests
{
    private const LandlockFileAccess Writing = LandlockFileAccess.ReadFile | LandlockFileAccess.WriteFile
        | LandlockFileAccess.Truncate;
    private const LandlockFileAccess OfDevices = Writing | LandlockFileAccess.IoctlDevice;

    [Test]
    public void Each_kind_of_mount_has_its_rules()
    {
        (string, LandlockFileAccess)[] rules = Rules(new SandboxSpecification
        {
            Mounts =
            [
                new BindMount("/usr", "/usr"), new BindMount("/srv/work", "/work") { Access = MountAccess.ReadWrite },
                new BindMount("/dev/fuse", "/fuse") { Options = MountOptions.NoSetUserId }, new TemporaryMount("/tmp"),
                new MessageQueueMount(),
                new ProcMount(), new SysMount(), new DeviceMount(), new FileEntry("/etc/hosts", default),
                new FileEntry("/usr/file", default), new DirectoryEntry("/directory"),
            ],
        });

        Assert.That(rules, Is.EqualTo(new[]
        {
            ("/", LandlockFileAccess.ReadExecute), ("/work", LandlockFileAccess.All), ("/fuse", OfDevices),
            ("/tmp", LandlockFileAccess.All),
            ("/dev/mqueue", LandlockFileAccess.All), ("/proc", Writing), ("/dev", OfDevices), ("/dev/null", OfDevices),
            ("/dev/shm", LandlockFileAccess.All),
            ("/usr/file", Writing),
        }));
    }

    [Test]
    public void Read_only_and_missing_mounts_get_no_rules() =>
        Assert.That(
            Rules(
                new SandboxSpecification
                {
                    Mounts = [new ProcMount { Access = MountAccess.ReadOnly },
                        new DeviceMount { SharedMemorySize = 0 }],
                }).Select(rule => rule.Item1),
            Is.EqualTo(new[] { "/", "/dev", "/dev/null" }));

    [Test]
    public void A_root_that_is_writable_is_so_altogether()
    {
        RootFileSystem[] writable = [new EmptyRoot { Access = MountAccess.ReadWrite },
            new DirectoryRoot("/srv") { Access = MountAccess.ReadWrite }, new OverlayRoot(["/srv"])];

        Assert.Multiple(() =>
        {
            Assert.That(
                writable.Select(root => Rules(new SandboxSpecification { Root = root })),
                Is.All.EqualTo(new[] { ("/", LandlockFileAccess.All) }));
            Assert.That(
                Rules(new SandboxSpecification { Root = new DirectoryRoot("/srv") }),
                Is.EqualTo(new[] { ("/", LandlockFileAccess.ReadExecute) }));
        });
    }

    [Test]
    public void Named_rules_come_besides_and_no_rule_has_what_is_not_handled()
    {
        LandlockPolicy policy = LandlockPolicy.OfMounts with
        {
            HandledFileAccess = LandlockFileAccess.WriteFile,
            FileRules = [new LandlockFileRule("/named", LandlockFileAccess.WriteFile)],
        };

        LandlockPolicy complete = MountedRules.Complete(
            new SandboxSpecification { Mounts = [new TemporaryMount("/tmp")] }, policy);

        Assert.That(complete.FileRules, Is.EqualTo(new[]
        {
            new LandlockFileRule("/tmp", LandlockFileAccess.WriteFile) { Requirement = Requirement.Prefer },
            new LandlockFileRule("/named", LandlockFileAccess.WriteFile),
        }));
    }

    private static (string, LandlockFileAccess)[] Rules(SandboxSpecification specification) =>
        [.. MountedRules.Complete(specification, LandlockPolicy.OfMounts).FileRules.Select(
            rule => (rule.Path, rule.Access))];
}
