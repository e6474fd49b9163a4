using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;

namespace Isolation.IntegrationTests.Limits;

/// <summary>
/// Bounds that every sandbox has on what all sandboxes of a host share. That they hold is shown by the escape suite.
/// </summary>
public sealed class SharedPoolTests
{
    private const string ReadBounds =
        "cd /proc/sys/user && cat max_inotify_instances max_inotify_watches max_user_namespaces max_net_namespaces";

    private static readonly string[] Names =
        ["Max pending signals", "Max msgqueue size", "Max locked memory", "Max open files"];

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Commands_have_the_default_limits()
    {
        string[] expected = ["256 256", "262144 262144", "65536 65536", "1024 4096"];

        Assert.That(await ReadLimitsAsync(Guest.Shell("cat /proc/self/limits")), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_command_can_ask_for_other_limits()
    {
        SandboxCommand command = Guest.Shell("cat /proc/self/limits") with
        {
            ResourceLimits =
            [
                new(LimitedResource.PendingSignals, 300), new(LimitedResource.LockedMemory, 100_000),
                new(LimitedResource.OpenFiles, 20),
            ],
        };

        Assert.That(await ReadLimitsAsync(command), Is.EqualTo(["300 300", "262144 262144", "100000 100000", "20 20"]));
    }

    [Test]
    public async Task A_lower_limit_of_the_host_holds()
    {
        // Only the soft one, which everybody may raise again.
        (ulong soft, ulong hard) = Kernel.ReadResourceLimit((int)LimitedResource.MessageQueues);
        try
        {
            Set(1000, hard);
            Assert.That((await ReadLimitsAsync(Guest.Shell("cat /proc/self/limits")))[1], Is.EqualTo("1000 262144"));
        }
        finally
        {
            Set(soft, hard);
        }
    }

    [Test]
    public async Task The_user_namespace_has_bounds_that_cannot_be_raised()
    {
        SandboxSpecification specification = Guest.Specification().AsRoot() with { SystemCalls = SystemCallFilter.Off };
        await using ISandbox sandbox = await specification.CreateAsync();

        string read = await sandbox.OutputAsync(ReadBounds);
        SandboxResult raised = await sandbox.RunAsync(
            Guest.Shell("echo 100000 > /proc/sys/user/max_inotify_instances"));

        Assert.Multiple(() =>
        {
            Assert.That(read, Is.EqualTo("32\n8192\n64\n64"));
            Assert.That(raised.ExitCode, Is.Not.Zero, raised.StandardError.Text);
            Assert.That(sandbox.Report.NotApplied, Is.Empty);
            Assert.That(sandbox.Report.Policy.Hardening, Has.Some.Contains("user namespace"));
        });
        Assert.That(await sandbox.OutputAsync(ReadBounds), Is.EqualTo(read));
    }

    [Test]
    public async Task A_specification_can_ask_for_other_bounds()
    {
        SandboxSpecification specification = Guest.Specification() with
        {
            SystemCalls = SystemCallFilter.Off,
            Hardening = new() { FileWatchers = 3, FileWatches = 100, NestedNamespaces = 7 },
        };

        Assert.That(await specification.OutputAsync(ReadBounds), Is.EqualTo("3\n100\n7\n7"));
    }

    [TestCase(SystemCallProfile.Default, "")]
    [TestCase(SystemCallProfile.Default, "unshare")]
    [TestCase(SystemCallProfile.Judge, "")]
    public async Task Namespaces_are_bounded_where_the_filter_may_allow_them(SystemCallProfile profile, string allowed)
    {
        SystemCallRule[] rules = allowed.Length == 0 ? [] : [new([allowed], SystemCallAction.Allow)];
        SandboxSpecification specification = Guest.Specification() with
        {
            SystemCalls = new() { Profile = profile, Rules = [.. rules] },
        };

        string[] read = (await specification.OutputAsync(ReadBounds)).Split('\n');

        Assert.That(read[..2], Is.EqualTo(["32", "8192"]));
        Assert.That(read[2..], allowed.Length == 0 ? Has.None.EqualTo("64") : Is.All.EqualTo("64"));
    }

    [TestCase(64)]
    [TestCase(1)]
    public async Task There_are_as_many_terminals_as_asked(int count)
    {
        Guest.RequirePython();
        const string Script = """
            import os
            opened = []
            try:
                while True: opened.append(os.open('/dev/ptmx', os.O_RDWR | os.O_NOCTTY))
            except OSError as refusal: print(len(opened), refusal.errno)
            """;
        SandboxSpecification specification = count == 64
            ? Guest.Specification()
            : new() { Mounts = [.. Guest.Programs, new DeviceMount { MaximumTerminals = count }] };

        Assert.That(await specification.OutputAsync(Guest.Python(Script)), Is.EqualTo($"{count} {Errno.ENOSPC}"));
    }

    [Test]
    public async Task Three_message_queues_of_the_usual_size_can_be_made()
    {
        Guest.RequirePython();
        const string Script = """
            import ctypes, os
            c = ctypes.CDLL(None, use_errno=True)
            made = 0
            while c.mq_open(b'/%d' % made, os.O_CREAT | os.O_RDWR, 0o600, None) >= 0: made += 1
            print(made, ctypes.get_errno())
            """;

        Assert.That(await Guest.Specification().OutputAsync(Guest.Python(Script)), Is.EqualTo($"3 {Errno.EMFILE}"));
    }

    [Test]
    public async Task A_temporary_directory_has_an_inode_for_every_page_of_its_size()
    {
        SandboxSpecification specification = Guest.Specification(
            new TemporaryMount("/large") { Size = 64 << 20 }, new TemporaryMount("/small") { Size = 4096 },
            new TemporaryMount("/asked") { Inodes = 5 });

        string output = await specification.OutputAsync("stat -f -c %c /tmp /dev/shm /large /small /asked");

        Assert.That(output.Split('\n'), Is.EqualTo(["16384", "16384", "16384", "1024", "5"]));
    }

    private static async Task<string[]> ReadLimitsAsync(SandboxCommand command)
    {
        string[] lines = Guest.Output(await Guest.Provider.RunAsync(Guest.Specification(), command)).Split('\n');
        return [.. Names.Select(name => Values(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))))];

        static string Values(string line) =>
            string.Join(' ', line[26..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]);
    }

    private static unsafe void Set(ulong soft, ulong hard)
    {
        ulong[] limit = [soft, hard];
        fixed (ulong* address = limit)
        {
            Assert.That(
                Kernel.Invoke(
                    SystemCallTable.Current.Prlimit64, 0, (long)LimitedResource.MessageQueues, (long)address), Is.Zero);
        }
    }
}
