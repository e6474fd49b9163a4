using System.Collections.Immutable;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Devices that are not on the list are refused, whatever the permissions of their files.</summary>
[Category("CgroupV2")]
public sealed class DeviceLimitTests
{
    /// <summary>
    /// Tries to open files, and tells of each what came of it. An argument is the redirection and the path. Several may
    /// run at once.
    /// </summary>
    private const string Open = """
        for try in "$@"; do
            if eval "(exec 3$try)" 2>/tmp/error$$; then
                echo "$try opened"
            else
                echo "$try $(sed 's/.*: //' /tmp/error$$)"
            fi
        done
        """;

    private const string Refused = "Operation not permitted";

    private static readonly DevicesByNumber Null = new(DeviceKind.Character, 1, 3);

    private HostDirectory _directory = null!;
    private ControllerMount _place = null!;

    [SetUp]
    public void MakeDevices()
    {
        Requires.Root();
        Requires.UserNamespaces();
        bool isFound = CgroupLayout.Read(HostFiles.Current, null).TryFind(
            "devices", out ControllerMount? place, out Obstacle? obstacle);
        Requires.That("cgroups", isFound, obstacle?.Reason);
        _place = place!;
        _directory = new HostDirectory();
        MakeNode("null", 3);
        MakeNode("zero", 5);
        MakeNode("full", 7);
    }

    [TearDown]
    public void RemoveDevices()
    {
        _directory?.Dispose();
        Assert.That(_place is null ? [] : OwnGroups(), Is.Empty);
    }

    [Test]
    public async Task Unlisted_devices_are_refused()
    {
        ImmutableArray<string> tries = ["<>/data/null", "</data/zero", "</data/full", ">/data/full"];
        Assert.That(
            await TryAsync(null, tries), Is.EqualTo(
                Lines("<>/data/null opened", "</data/zero opened", "</data/full opened", ">/data/full opened")));

        Assert.That(
            await TryAsync([Null, new DevicesByNumber(DeviceKind.Character, 1, 7, DeviceAccess.Read)], tries),
            Is.EqualTo(
                Lines(
                    "<>/data/null opened", $"</data/zero {Refused}", "</data/full opened", $">/data/full {Refused}")));
    }

    [Test]
    public async Task The_list_holds_for_each_command_of_a_sandbox_that_goes_on()
    {
        await using ISandbox sandbox = await Specification([Null]).CreateAsync();
        string[] results = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => sandbox.OutputAsync(Open, "<>/data/null", "</data/zero")));

        Assert.That(results, Has.All.EqualTo(Lines("<>/data/null opened", $"</data/zero {Refused}")));
    }

    [Test]
    public async Task The_list_of_a_sandbox_that_is_up_is_changed_and_taken_back()
    {
        await using ISandbox sandbox = await (Specification(null) with { Limits = new SandboxLimits() }).CreateAsync();
        async Task<string> TryAsync(ImmutableArray<DeviceRule>? rules)
        {
            await sandbox.ChangeLimitsAsync(sandbox.Limits! with { Devices = rules });
            return await sandbox.OutputAsync(Open, "<>/data/null", "</data/zero");
        }

        Assert.That(
            await TryAsync([Null]), Is.EqualTo(Lines("<>/data/null opened", $"</data/zero {Refused}")), "a first list");
        Assert.That(
            await TryAsync([new DevicesByNumber(DeviceKind.Character, 1, 5)]),
            Is.EqualTo(Lines($"<>/data/null {Refused}", "</data/zero opened")), "another one");
        Assert.That(
            () => TryAsync([new DeviceByPath("/no/such/device")]),
            Throws.InstanceOf<SandboxException>().With.Message.Contains("/no/such/device"));
        Assert.That(
            await sandbox.OutputAsync(Open, "<>/data/null", "</data/zero"),
            Is.EqualTo(Lines($"<>/data/null {Refused}", "</data/zero opened")), "after a change that failed");
        Assert.That(await TryAsync(null), Is.EqualTo(Lines("<>/data/null opened", "</data/zero opened")), "none");
    }

    [Test]
    public async Task With_an_empty_list_programs_run_and_no_device_can_be_opened() =>
        Assert.That(
            await TryAsync([], "</dev/null", ">/dev/null", "</data/zero"),
            Is.EqualTo(Lines($"</dev/null {Refused}", $">/dev/null {Refused}", $"</data/zero {Refused}")));

    [Test]
    public async Task The_default_list_has_what_programs_use_and_no_more()
    {
        MakeNode("kmsg", 11);
        ImmutableArray<string> tries = ["<>/dev/null", "<>/dev/zero", "<>/dev/full", "</dev/random", "</dev/urandom",
            "<>/dev/ptmx"];

        Assert.That(
            await TryAsync(DefaultDevices.Rules, [.. tries, "</data/kmsg"]),
            Is.EqualTo(Lines([.. tries.Select(one => $"{one} opened"), $"</data/kmsg {Refused}"])));
    }

    [Test]
    public async Task A_number_that_is_left_open_stands_for_all()
    {
        Assert.That(
            await TryAsync(
                [new DevicesByNumber(DeviceKind.Character, 1, null)], "<>/data/zero", "<>/data/full", "<>/dev/ptmx"),
            Is.EqualTo(Lines("<>/data/zero opened", "<>/data/full opened", $"<>/dev/ptmx {Refused}")));
        Assert.That(
            await TryAsync([new DevicesByNumber(DeviceKind.Block, 1, null)], "<>/data/zero"),
            Is.EqualTo(Lines($"<>/data/zero {Refused}")), "the other kind");
    }

    [Test]
    public async Task Rules_add_up()
    {
        // The same device twice; and one for all of a driver's, with one of them.
        DeviceRule[] rules =
        [
            Null with { Access = DeviceAccess.Read }, Null with { Access = DeviceAccess.Write },
            new DevicesByNumber(DeviceKind.Any, null, 5, DeviceAccess.Read),
            new DevicesByNumber(DeviceKind.Character, 1, null, DeviceAccess.Write),
        ];

        Assert.That(
            await TryAsync([.. rules], "<>/data/null", "<>/data/zero", ">/data/full", "<>/data/full"),
            Is.EqualTo(
                Lines("<>/data/null opened", "<>/data/zero opened", ">/data/full opened", $"<>/data/full {Refused}")));
    }

    [Test]
    public async Task A_device_is_allowed_by_its_path()
    {
        File.CreateSymbolicLink(_directory.At("link"), "zero");
        SandboxSpecification specification = Specification(
            [new DeviceByPath(_directory.At("link"), DeviceAccess.Read)]);
        Assert.That(
            await specification.OutputAsync(Open, "</data/zero", ">/data/zero", "</data/full"),
            Is.EqualTo(Lines("</data/zero opened", $">/data/zero {Refused}", $"</data/full {Refused}")));

        // As when a driver is loaded anew and has other numbers now.
        File.Delete(_directory.At("link"));
        File.CreateSymbolicLink(_directory.At("link"), "full");
        Assert.That(
            await specification.OutputAsync(Open, "</data/zero", "</data/full"),
            Is.EqualTo(Lines($"</data/zero {Refused}", "</data/full opened")));
    }

    [Test]
    public async Task A_path_that_leads_to_no_device_is_told_or_reported()
    {
        string file = _directory.Write("file", "");
        SandboxException missing = await Specification([new DeviceByPath("/no/such/device")]).RefusalAsync();
        SandboxException none = await Specification([new DeviceByPath(file)]).RefusalAsync();
        SandboxSpecification preferred = Prefer(Specification([new DeviceByPath("/no/such/device"), Null]));
        await using ISandbox sandbox = await preferred.CreateAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (missing.ErrorNumber, missing.ErrorName, missing.Target), Is.EqualTo((2, "ENOENT", "/no/such/device")));
            Assert.That((none.ErrorNumber, none.ErrorName, none.Target), Is.EqualTo((0, "ENODEV", file)));
            Assert.That(missing.Remedy, Does.Contain("/no/such/device does not exist"));
            Assert.That(none.Remedy, Does.Contain("is not a device"));
            Assert.That(sandbox.Report.NotApplied.Single().Feature, Is.EqualTo("set the limit Devices"));
            Assert.That(
                await sandbox.OutputAsync(Open, "<>/data/null", "</data/zero"),
                Is.EqualTo(Lines("<>/data/null opened", $"</data/zero {Refused}")), "the rest holds");
        }
    }

    [Test]
    public async Task Nodes_are_made_of_those_devices_only_that_the_list_says_so_of()
    {
        await using ISandbox sandbox = await Specification(
            [Null with { Access = DeviceAccess.All }, new DevicesByNumber(DeviceKind.Character, 1, 7)]).CreateAsync();

        // The commands of a sandbox have no capabilities and make no node anyway, so it is a process of the host in a
        // group below.
        string group = Directory.CreateDirectory($"{OwnGroups().Single()}/probe").FullName;
        string result = HostProgram.Run(
            "/bin/sh", "-c",
            "echo $$ >\"$1/cgroup.procs\"; cd \"$2\"; LC_ALL=C mknod made c 1 3 2>&1 && echo made; LC_ALL=C mknod "
                + "not-made c 1 7 2>&1 || :", "sh", group, _directory.Path);

        Assert.That(result, Is.EqualTo($"made\nmknod: not-made: {Refused}\n"));
    }

    [Test]
    public async Task A_parent_group_that_refuses_a_device_is_told_or_reported()
    {
        Requires.That(
            "cgroups-v1-devices", _place.Version == CgroupVersion.V1,
            "devices on v1 are needed: on v2 what a parent refuses is refused without a word");
        string own = File.ReadLines("/proc/self/cgroup").First(
            line => line.Contains(":devices:", StringComparison.Ordinal)).Split(':', 3)[2].TrimEnd('/');
        string name = $"parent-{Environment.ProcessId}";
        string directory = Directory.CreateDirectory(Path.Combine(_place.Directory, name)).FullName;
        try
        {
            File.WriteAllText($"{directory}/devices.deny", "a");
            File.WriteAllText($"{directory}/devices.allow", "c 1:3 rw");
            SandboxSpecification specification = Specification([Null, new DevicesByNumber(DeviceKind.Character, 1, 5)]);
            specification = specification
                with
            { Limits = specification.Limits! with { ParentGroup = $"{own}/{name}" } };
            SandboxException refusal = await specification.RefusalAsync();
            await using ISandbox sandbox = await Prefer(specification).CreateAsync();

            using (Assert.EnterMultipleScope())
            {
                Assert.That(refusal.ErrorName, Is.EqualTo("EPERM"));
                Assert.That(refusal.Message, Does.Contain("write c 1:5 rw to"));
                Assert.That(refusal.Remedy, Does.Contain("parent cgroup refuses that device"));
                Assert.That(sandbox.Report.NotApplied.Single().Reason, Does.Contain("write c 1:5 rw to"));
                Assert.That(
                    await sandbox.OutputAsync(Open, "<>/data/null", "</data/zero"),
                    Is.EqualTo(Lines("<>/data/null opened", $"</data/zero {Refused}")));
            }
        }
        finally
        {
            Directory.Delete(directory);
        }
    }

    [Test]
    public async Task Without_the_limit_no_group_is_made_for_it()
    {
        Requires.That(
            "cgroups-v1-devices", _place.Version == CgroupVersion.V1,
            "devices on v1 are needed: on v2 all limits share a group");
        await using ISandbox sandbox = await Groups.Limited(new()).CreateAsync();

        Assert.That(OwnGroups(), Is.Empty);
    }

    private static SandboxSpecification Prefer(SandboxSpecification specification) =>
        specification with { Limits = specification.Limits! with { Requirement = Requirement.Prefer } };

    private static string Lines(params string[] lines) => string.Join('\n', lines);

    private void MakeNode(string name, int minor) =>
        HostProgram.Run("mknod", "-m", "666", _directory.At(name), "c", "1", $"{minor}");

    private SandboxSpecification Specification(ImmutableArray<DeviceRule>? devices) =>
        Guest.Specification(new BindMount(_directory.Path, "/data") { Options = MountOptions.None }) with
        {
            Limits = devices is null ? null : new SandboxLimits { Devices = devices },
        };

    private Task<string> TryAsync(ImmutableArray<DeviceRule>? devices, params ImmutableArray<string> tries) =>
        Specification(devices).OutputAsync(Open, tries);

    private string[] OwnGroups() =>
        [.. CgroupFiles.Children(_place.Directory).Where(
            directory => CgroupOwner.Parse(Path.GetFileName(directory))?.Process == Environment.ProcessId)];
}
