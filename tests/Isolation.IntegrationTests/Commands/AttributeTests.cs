using System.Collections.Immutable;
using System.Globalization;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Commands;

public sealed class AttributeTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();

    /// <summary>The names that /proc/PID/limits has, in the order of the kernel's numbers.</summary>
    private static readonly string[] LimitNames =
    [
        "Max cpu time", "Max file size", "Max data size", "Max stack size", "Max core file size", "Max resident set",
        "Max processes",
        "Max open files", "Max locked memory", "Max address space", "Max file locks", "Max pending signals",
        "Max msgqueue size",
        "Max nice priority", "Max realtime priority", "Max realtime timeout",
    ];

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task All_sixteen_resource_limits_are_set()
    {
        // Within what any host has, and large enough for a shell; each different from the others.
        ulong[] values = [3600, 1L << 40, 1L << 41, 7 << 20, 12345, 1L << 42, 501, 333, 4096, 1L << 43, 777, 99, 819, 0,
            0, 1_000_000];
        SandboxCommand command = Guest.Shell("cat /proc/self/limits") with
        {
            ResourceLimits = [.. values.Select((value, number) => new ResourceLimit((LimitedResource)number, value))],
        };

        string[] lines = Guest.Output(await Guest.Provider.RunAsync(Specification, command)).Split('\n');

        Assert.Multiple(() =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                string value = values[i].ToString(CultureInfo.InvariantCulture);
                string[] fields = lines.Single(line => line.StartsWith(LimitNames[i], StringComparison.Ordinal))[26..]
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Assert.That(fields[..2], Is.EqualTo(new[] { value, value }), LimitNames[i]);
            }
        });
    }

    [Test]
    public async Task A_soft_limit_may_be_below_the_hard_one_and_without_end()
    {
        SandboxCommand command = Guest.Shell("ulimit -S -s; ulimit -H -s; ulimit -S -n; ulimit -H -n") with
        {
            ResourceLimits = [new ResourceLimit(LimitedResource.Stack, 1 << 20, ResourceLimit.Unlimited),
                new ResourceLimit(LimitedResource.OpenFiles, 20, 30)],
        };

        Assert.That(
            Guest.Output(await Guest.Provider.RunAsync(Specification, command)), Is.EqualTo("1024\nunlimited\n20\n30"));
    }

    [Test]
    public async Task There_are_no_core_files_by_default() =>
        Assert.That(await Specification.OutputAsync("ulimit -S -c; ulimit -H -c"), Is.EqualTo("0\n0"));

    [Test]
    public async Task Other_limits_are_the_host_s()
    {
        string host = (await File.ReadAllLinesAsync("/proc/self/limits")).Single(
            line => line.StartsWith("Max stack size", StringComparison.Ordinal));

        Assert.That((await Specification.OutputAsync("cat /proc/self/limits")).Split('\n'), Does.Contain(host));
    }

    [Test]
    public async Task A_limit_above_the_host_s_is_an_error_that_names_it()
    {
        Requires.NotRoot();
        SandboxCommand command = Guest.Shell("true")
            with
        { ResourceLimits = [new ResourceLimit(LimitedResource.RealTimePriority, 99)] };

        SandboxException refusal = await Specification.RefusalAsync(command);

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Stage, Is.EqualTo("set the resource limit RealTimePriority"));
            Assert.That(refusal.ErrorName, Is.EqualTo("EPERM"));
        });
    }

    [Test]
    public async Task The_file_size_limit_holds()
    {
        SandboxCommand command = Guest.Shell(
            "exec head -c 100000 /dev/zero > /tmp/file")
            with
        { ResourceLimits = [new ResourceLimit(LimitedResource.FileSize, 5000)] };

        SandboxResult result = await Guest.Provider.RunAsync(Specification, command);

        Assert.That((result.Outcome, result.Signal), Is.EqualTo((SandboxOutcome.FileSizeExceeded, UnixSignal.SIGXFSZ)));
    }

    [Test]
    public async Task The_umask_is_022_by_default() =>
        Assert.That(await Specification.OutputAsync("umask; touch /tmp/f; stat -c %a /tmp/f"), Is.EqualTo("0022\n644"));

    [TestCase(0, "0000\n666")]
    [TestCase(0b000_111_111, "0077\n600")]
    [TestCase(0b111_111_111, "0777\n0")]
    public async Task The_umask_is_the_one_given(int mask, string expected)
    {
        SandboxCommand command = Guest.Shell(
            "umask; touch /tmp/f; stat -c %a /tmp/f") with
        { Umask = (UnixFileMode)mask };

        Assert.That(Guest.Output(await Guest.Provider.RunAsync(Specification, command)), Is.EqualTo(expected));
    }

    [TestCase(5)]
    [TestCase(19)]
    public async Task The_nice_value_is_the_one_given(int nice) =>
        Assert.That(
            Guest.Output(
                await Guest.Provider.RunAsync(
                    Specification, Guest.Shell("cut -d' ' -f19 /proc/self/stat") with { Nice = nice })),
            Is.EqualTo($"{nice}"));

    [Test]
    public async Task A_nice_value_below_the_host_s_is_refused_to_an_ordinary_user()
    {
        Requires.NotRoot();

        SandboxException refusal = await Specification.RefusalAsync(Guest.Shell("true") with { Nice = -5 });

        Assert.That(refusal.Stage, Is.EqualTo("set the nice value"));
    }

    [Test]
    public async Task The_processors_are_those_given()
    {
        int[] allowed = AllowedProcessors();

        foreach (int processor in (int[])[allowed[0], allowed[^1]])
        {
            SandboxCommand command = Guest.Shell(
                "grep Cpus_allowed_list /proc/self/status | cut -f2") with
            { Affinity = [processor] };
            Assert.That(
                Guest.Output(await Guest.Provider.RunAsync(Specification, command)), Is.EqualTo($"{processor}"));
        }
    }

    [Test]
    public async Task A_processor_that_is_not_there_is_an_error()
    {
        SandboxException refusal = await Specification.RefusalAsync(Guest.Shell("true") with { Affinity = [1000] });

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Stage, Is.EqualTo("set the CPU affinity"));
            Assert.That(refusal.ErrorName, Is.EqualTo("EINVAL"));
        });
    }

    [Test]
    public async Task Each_command_leads_a_session_of_its_own_without_blocked_or_ignored_signals()
    {
        string output = await Specification.OutputAsync(
            "cut -d' ' -f1,6 /proc/$$/stat; grep -E 'SigBlk|SigIgn' /proc/self/status | cut -f2");

        string[] lines = output.Split('\n');
        string[] ids = lines[0].Split(' ');
        Assert.Multiple(() =>
        {
            Assert.That(ids[1], Is.EqualTo(ids[0]));
            Assert.That(lines[1..], Is.EqualTo(new[] { "0000000000000000", "0000000000000000" }));
        });
    }

    private static int[] AllowedProcessors() =>
        [.. HostProcess.Status(Environment.ProcessId, "Cpus_allowed_list").Split(',')
            .Select(range => range.Split('-').Select(text => int.Parse(text, CultureInfo.InvariantCulture))
                .ToImmutableArray())
            .SelectMany(range => Enumerable.Range(range[0], range[^1] - range[0] + 1))];
}
