using System.Diagnostics;
using System.Runtime.CompilerServices;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Cgroups.Devices;
using Isolation.Linux.Cgroups.Layout;
using Microsoft.Win32.SafeHandles;

namespace Isolation.IntegrationTests.Cgroups;

/// <summary>The device program in the kernel.</summary>
[Category("CgroupV2")]
public sealed class DeviceProgramTests
{
    private string _path = "";
    private SafeFileHandle? _group;

    [SetUp]
    public void MakeGroup()
    {
        Requires.Root();
        string? mount = new[] { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" }.FirstOrDefault(
            directory => File.Exists($"{directory}/cgroup.controllers"));
        Requires.That("cgroup2:mounted", mount is not null, "no unified cgroup hierarchy is mounted");
        string own = File.ReadLines("/proc/self/cgroup").First(
            line => line.StartsWith("0::", StringComparison.Ordinal))[3..];
        _path = $"{mount}{own.TrimEnd('/')}/isolation-devices-{Environment.ProcessId}";
        Directory.CreateDirectory(_path);
        _group = HostDescriptor.OfDirectory(_path);
    }

    [TearDown]
    public void RemoveGroup()
    {
        _group?.Dispose();
        if (Directory.Exists(_path))
        {
            Directory.Delete(_path);
        }
    }

    [Test]
    public void An_attached_program_refuses_unlisted_devices()
    {
        using DeviceProgram program = DeviceProgram.Load(
            [new DevicesByNumber(DeviceKind.Character, 1, 3, DeviceAccess.Read | DeviceAccess.Write)]);
        Assert.That(OpenInGroup("/dev/full"), Is.Empty, "without the program");

        program.Attach(_group!, _path);
        Assert.Multiple(() =>
        {
            Assert.That(OpenInGroup("/dev/full"), Does.Contain("Operation not permitted"));
            Assert.That(OpenInGroup("/dev/zero"), Does.Contain("Operation not permitted"));
            Assert.That(OpenInGroup("/dev/null"), Is.Empty);
        });

        program.Detach(_group!, _path);
        Assert.That(OpenInGroup("/dev/full"), Is.Empty, "after the program");
    }

    [Test]
    public void The_group_keeps_a_program_whose_descriptor_is_closed()
    {
        using (DeviceProgram program = DeviceProgram.Load(
            [new DevicesByNumber(DeviceKind.Character, 1, 3, DeviceAccess.All)]))
        {
            program.Attach(_group!, _path);
        }

        Assert.That(OpenInGroup("/dev/full"), Does.Contain("Operation not permitted"));
    }

    [Test]
    public void The_default_list_is_taken_and_allows_what_it_names()
    {
        using DeviceProgram program = DeviceProgram.Load(DefaultDevices.Rules.Cast<DevicesByNumber>());
        program.Attach(_group!, _path);

        Assert.Multiple(() =>
        {
            Assert.That(OpenInGroup("/dev/full"), Is.Empty);
            Assert.That(OpenInGroup("/dev/urandom"), Is.Empty);
        });
    }

    [Test]
    public void A_long_list_is_taken()
    {
        using DeviceProgram program = DeviceProgram.Load(
            Enumerable.Range(0, 500).Select(
                minor => new DevicesByNumber(DeviceKind.Block, 8, minor, DeviceAccess.Read)));
        program.Attach(_group!, _path);

        Assert.That(OpenInGroup("/dev/full"), Does.Contain("Operation not permitted"));
    }

    [Test]
    public void A_program_is_loaded_once_for_all_groups_and_goes_with_the_plan()
    {
        // Those of earlier tests that nobody holds any more are not to go in between.
        Collect();
        int before = LoadedPrograms();
        Assert.That(LoadedAfterTwoGroups(), Is.EqualTo(before + 1));

        Collect();
        Assert.That(LoadedPrograms(), Is.EqualTo(before));
        Assert.That(OpenInGroup("/dev/full"), Does.Contain("Operation not permitted"), "the groups keep theirs");
    }

    [Test]
    public void The_words_of_the_verifier_are_in_the_message()
    {
        SandboxException exception = Assert.Throws<SandboxException>(
            () => DeviceProgram.Load([new BpfInstruction(BpfInstruction.Exit)]))!;

        Assert.That(exception.Message, Does.Contain("R0 !read_ok"));
    }

    [Test]
    public void Only_a_group_takes_a_program()
    {
        using DeviceProgram program = DeviceProgram.Load(Array.Empty<DevicesByNumber>());
        using SafeFileHandle directory = HostDescriptor.OfDirectory("/tmp");

        Assert.That(
            () => program.Attach(directory, "/tmp"),
            Throws.InstanceOf<SandboxException>().With.Message.Contains("/tmp"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int LoadedAfterTwoGroups()
    {
        AllowedDevices devices = new(
            CgroupVersion.V2, [new DevicesByNumber(DeviceKind.Character, 1, 3), new DeviceByPath("/dev/zero")]);
        devices.Apply(_path, refusal => throw refusal);
        string child = Directory.CreateDirectory($"{_path}/child").FullName;
        devices.Apply(child, refusal => throw refusal);
        Directory.Delete(child);
        return LoadedPrograms();
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static int LoadedPrograms() =>
        Directory.EnumerateFiles("/proc/self/fd").Count(
            file => new FileInfo(file).LinkTarget?.Contains("bpf-prog", StringComparison.Ordinal) == true);

    /// <summary>Gets the error of a shell in the cgroup that opens the device for reading.</summary>
    private string OpenInGroup(string device)
    {
        // The shell is in the group before it opens anything, and is waited for, so the group is empty again.
        ProcessStartInfo start = new(
            "/bin/sh", ["-c", "echo $$ > \"$1/cgroup.procs\"; exec < \"$2\"", "sh", _path, device])
        {
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C" },
        };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return errors;
    }
}
