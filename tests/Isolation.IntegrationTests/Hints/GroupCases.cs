using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;
using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.IntegrationTests.Hints;

/// <summary>Situations in which limits cannot be set.</summary>
internal static class GroupCases
{
    internal static IEnumerable<RemedyCase> All =>
    [
        new(MakeGroup, ENOENT, "a removed group", "no longer exists", async _ =>
        {
            await using ISandbox sandbox = await Groups.Limited(new() { Processes = 32 }).CreateAsync();
            foreach (string directory in Groups.OfThisProcess())
            {
                Array.ForEach(Directory.GetDirectories(directory), Directory.Delete);
                Directory.Delete(directory);
            }

            return await RemedyCase.CatchAsync(() => sandbox.RunAsync(Guest.Shell("true")));
        }) { Needs = Groups.Require },
        new(SetGroupLimit, ENOENT, "huge pages of no such size", "that size of huge pages",
            Groups.Limited(
                new() { HugePages = [new(64 << 10, 0)] })) { Needs = static () => NeedController("hugetlb") },
        new(SetGroupLimit, ENODEV, "no such block device", "no such block device",
            Groups.Limited(new() { InputOutput = [new(4000, 1) { ReadBytes = 1 << 20 }] }))
        {
            Needs = static () => NeedController("blkio"),
        },
        new(FindDevice, ENOENT, "a missing device", "/no/such/device does not exist",
            Devices(new DeviceByPath("/no/such/device")))
        {
            Needs = NeedDevices,
        },
        new(FindDevice, ENOTDIR, "below a file", "on the way to /etc/passwd/x",
            Devices(new DeviceByPath("/etc/passwd/x"))) { Needs = NeedDevices },
        new(FindDevice, ENODEV, "a file", "/etc/passwd is not a device",
            Devices(new DeviceByPath("/etc/passwd"))) { Needs = NeedDevices },

        // On v2 the kernel kills at once, which is an outcome.
        new(MemoryLimit, ENOMEM, "arguments that fill the memory", "(SandboxLimits.Memory, 65536 bytes) was reached",
            Groups.Limited(new() { Memory = 64 << 10 }), new("/bin/true", [new string('a', 100_000)]))
        {
            Seen = E2BIG,
            Subject = "65536",
            Needs = static () =>
            {
                Groups.Require();
                Requires.That(
                    "cgroups-v1-memory", VersionOf("memory") == CgroupVersion.V1, "the memory controller must be v1");
            },
        },
    ];

    private static SandboxSpecification Devices(params DeviceRule[] rules) =>
        Groups.Limited(new() { Devices = [.. rules] });

    private static CgroupVersion? VersionOf(string controller) =>
        CgroupLayout.Read(HostFiles.Current, null).TryFind(controller, out ControllerMount? place, out _)
            ? place.Version
            : null;

    private static void NeedDevices()
    {
        Requires.Root();
        Groups.Require();
    }

    private static void NeedController(string name)
    {
        Groups.Require();
        Requires.That($"cgroups-{name}", VersionOf(name) is not null, $"the controller {name} is needed");
    }
}
