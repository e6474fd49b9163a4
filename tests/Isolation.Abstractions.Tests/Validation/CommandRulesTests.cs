using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Abstractions.Tests.Validation;

public sealed class CommandRulesTests
{
    private static readonly SandboxCommand Plain = new("/bin/true");

    private static IEnumerable<TestCaseData> Faulty()
    {
        yield return new TestCaseData(Plain with { Program = "" }, "Program", "empty");
        yield return new TestCaseData(Plain with { Program = null! }, "Program", "null");
        yield return new TestCaseData(Plain with { Program = "a\0b" }, "Program", "NUL");
        yield return new TestCaseData(Plain with { Program = new string('p', 4096) }, "Program", "4095");
        yield return new TestCaseData(Plain with { Arguments = ["a", "b\0"] }, "Arguments[1]", "NUL");
        yield return new TestCaseData(Plain with { Arguments = [null!] }, "Arguments[0]", "null");
        yield return new TestCaseData(Plain with { Arguments = ["\ud83d"] }, "Arguments[0]", "surrogate");
        yield return new TestCaseData(Plain with { ProgramName = "a\0" }, "ProgramName", "NUL");
        yield return new TestCaseData(Plain with { Environment = null! }, "Environment", "null");
        yield return new TestCaseData(WithVariable("", "x"), "Environment[]", "name");
        yield return new TestCaseData(WithVariable("A=B", "x"), "Environment[A=B]", "=");
        yield return new TestCaseData(WithVariable("A\0", "x"), "Environment[A\0]", "NUL");
        yield return new TestCaseData(WithVariable("A", "x\0"), "Environment[A]", "NUL");
        yield return new TestCaseData(WithVariable("A", null!), "Environment[A]", "null");
        yield return new TestCaseData(Plain with { WorkingDirectory = "" }, "WorkingDirectory", "empty");
        yield return new TestCaseData(Plain with { WorkingDirectory = "tmp" }, "WorkingDirectory", "absolute");
        yield return new TestCaseData(Plain with { WorkingDirectory = "/\0" }, "WorkingDirectory", "NUL");
        yield return new TestCaseData(Plain with { WorkingDirectory = null! }, "WorkingDirectory", "null");
        yield return new TestCaseData(
            Plain with { User = new SandboxUser(uint.MaxValue, 0) }, "User.UserId", "4294967295");
        yield return new TestCaseData(Plain with { Umask = UnixFileMode.StickyBit }, "Umask", "1000");
        yield return new TestCaseData(Plain with { Umask = (UnixFileMode)(-1) }, "Umask", "777");
        yield return new TestCaseData(Plain with { Nice = -21 }, "Nice", "-21");
        yield return new TestCaseData(Plain with { Nice = 20 }, "Nice", "20");
        yield return new TestCaseData(Plain with { Affinity = [0, -1] }, "Affinity[1]", "-1");
        yield return new TestCaseData(Plain with { Affinity = [8192] }, "Affinity[0]", "8192");
        yield return new TestCaseData(Plain with { Affinity = [64, 1, 64] }, "Affinity[2]", "already");
        yield return new TestCaseData(
            Plain with { ResourceLimits = [new((LimitedResource)16, 1)] }, "ResourceLimits[0].Resource", "16");
        yield return new TestCaseData(
            Plain with { ResourceLimits = [new((LimitedResource)(-1), 1)] }, "ResourceLimits[0].Resource", "-1");
        yield return new TestCaseData(
            Plain with { ResourceLimits = [new(LimitedResource.Data, 2, 1)] }, "ResourceLimits[0].Soft",
            "hard limit 1");
        yield return new TestCaseData(
            Plain with { ResourceLimits = [new(LimitedResource.Data, ResourceLimit.Unlimited, 1)] },
            "ResourceLimits[0].Soft", "hard");
        yield return new TestCaseData(
            Plain
                with
            {
                ResourceLimits = [new(LimitedResource.Data, 1), new(LimitedResource.Stack, 1),
                        new(LimitedResource.Data, 2)],
            },
            "ResourceLimits[2].Resource", "already");
        yield return new TestCaseData(Plain with { WallTime = TimeSpan.Zero }, "WallTime", "zero");
        yield return new TestCaseData(Plain with { WallTime = Timeout.InfiniteTimeSpan }, "WallTime", "no limit");
        yield return new TestCaseData(Plain with { WallTime = TimeSpan.MinValue }, "WallTime", "zero");
        yield return new TestCaseData(Plain with { Channel = new() { Descriptor = 2 } }, "Channel.Descriptor", "2");
        yield return new TestCaseData(
            Plain with
            {
                Channel = new(),
                Descriptors = ImmutableDictionary<int, SafeHandle>.Empty.Add(
                    3, new SafeFileHandle(5, ownsHandle: false)),
            },
            "Channel.Descriptor", "another number");
        yield return new TestCaseData(
            WithVariable(CommandChannel.EnvironmentVariable, "9") with { Channel = new() },
            "Environment[ISOLATION_CHANNEL]", "channel");
        yield return new TestCaseData(Plain with { CpuTime = TimeSpan.Zero }, "CpuTime", "zero");
        yield return new TestCaseData(Plain with { CpuTime = Timeout.InfiniteTimeSpan }, "CpuTime", "no limit");
        yield return new TestCaseData(Plain with { StandardInput = null! }, "StandardInput", "null");
        yield return new TestCaseData(
            Plain with { StandardInput = InputSource.FromFile("") }, "StandardInput", "empty");
        yield return new TestCaseData(
            Plain with { StandardInput = InputSource.FromFile("a") }, "StandardInput", "absolute");
        yield return new TestCaseData(
            Plain with { StandardInput = InputSource.FromStream(null!) }, "StandardInput", "null");
        yield return new TestCaseData(
            Plain with { StandardInput = InputSource.FromStream(Closed()) }, "StandardInput", "read");
        yield return new TestCaseData(Plain with { StandardOutput = null! }, "StandardOutput", "null");
        yield return new TestCaseData(
            Plain with { StandardOutput = OutputTarget.SameAsStandardOutput }, "StandardOutput", "standard error");
        yield return new TestCaseData(Plain with { StandardOutput = OutputTarget.Capture(-1) }, "StandardOutput", "-1");
        yield return new TestCaseData(
            Plain with { StandardOutput = OutputTarget.ToFile("a") }, "StandardOutput", "absolute");
        yield return new TestCaseData(Plain with { StandardError = null! }, "StandardError", "null");
        yield return new TestCaseData(Plain with { StandardError = OutputTarget.ToFile("") }, "StandardError", "empty");
        yield return new TestCaseData(
            Plain with { StandardError = OutputTarget.ToStream(null!) }, "StandardError", "null");
        yield return new TestCaseData(
            Plain with { StandardError = OutputTarget.ToStream(Stream.Null, -1) }, "StandardError", "-1");
        yield return new TestCaseData(Plain with { TotalOutput = -1 }, "TotalOutput", "-1");
        yield return new TestCaseData(Plain with { Terminal = new(0, 24) }, "Terminal.Columns", "65535, but is 0");
        yield return new TestCaseData(Plain with { Terminal = new(80, 65536) }, "Terminal.Rows", "65536");
        yield return new TestCaseData(
            Plain with { Terminal = new(), StandardInput = InputSource.Pipe }, "StandardInput", "terminal");
        yield return new TestCaseData(
            Plain with { Terminal = new(), StandardOutput = OutputTarget.Null }, "StandardOutput", "terminal");
        yield return new TestCaseData(
            Plain with { Terminal = new(), StandardError = OutputTarget.SameAsStandardOutput }, "StandardError",
            "terminal");
        yield return new TestCaseData(
            Plain with { StandardError = OutputTarget.ToStream(new MemoryStream([], writable: false)) },
            "StandardError", "writable");
        yield return new TestCaseData(Plain with { Descriptors = null! }, "Descriptors", "null");
        yield return new TestCaseData(
            WithDescriptor(2, new SafeFileHandle(5, ownsHandle: false)), "Descriptors[2]", "3");
        yield return new TestCaseData(
            WithDescriptor(-1, new SafeFileHandle(5, ownsHandle: false)), "Descriptors[-1]", "3");
        yield return new TestCaseData(WithDescriptor(3, null!), "Descriptors[3]", "null");
        yield return new TestCaseData(WithDescriptor(3, new SafeFileHandle()), "Descriptors[3]", "valid");
    }

    private static SandboxCommand WithVariable(string name, string value) =>
        Plain with { Environment = ImmutableDictionary<string, string>.Empty.Add(name, value) };

    private static SandboxCommand WithDescriptor(int number, SafeHandle handle) =>
        Plain with { Descriptors = ImmutableDictionary<int, SafeHandle>.Empty.Add(number, handle) };

    private static MemoryStream Closed()
    {
        MemoryStream stream = new();
        stream.Close();
        return stream;
    }

    [TestCaseSource(nameof(Faulty))]
    public void A_member_out_of_range_is_named(SandboxCommand command, string member, string word) =>
        Errors.One(command, member, word);

    [Test]
    public void Process_1_needs_a_PID_namespace_and_ends_with_its_application()
    {
        SandboxSpecification plain = new();
        SandboxCommand init = new("true") { Role = CommandRole.Init };

        Errors.None(init);
        Errors.One(init with { Leftovers = CommandLeftovers.Keep }, "Role", "leaves no process");
        Errors.One(
            init with { SystemCallSupervision = new() { Observation = SystemCallObservation.Denied } }, "Role",
            "SystemCallSupervision");
        Errors.One(init.FindErrors(plain with { Lifetime = SandboxLifetime.Detached }), "Role", "attach");
        Errors.One(
            init.FindErrors(plain with { Namespaces = new NamespaceSet { Pid = NamespaceSource.Host } }), "Role",
            "PID");
        Errors.One(init with { Role = (CommandRole)2 }, "Role", "CommandRole");
    }

    [Test]
    public void The_default_is_good()
    {
        Errors.None(Plain);
        Errors.None(new SandboxCommand("sh", "-c", "echo 😀"));
    }

    [Test]
    public void Everything_in_range_is_taken() =>
        Errors.None(Plain with
        {
            Arguments = default,
            ProgramName = "",
            WorkingDirectory = "/a/../b/",
            Environment = ImmutableDictionary<string, string>.Empty.Add("A", "").Add("B", "x=y"),
            Umask = (UnixFileMode)0b111_111_111,
            ResourceLimits = [.. Enum.GetValues<LimitedResource>().Select(
                resource => new ResourceLimit(resource, 0, ResourceLimit.Unlimited))],
            Nice = -20,
            Affinity = [0, 8191],
            StandardInput = InputSource.FromStream(new MemoryStream()),
            StandardOutput = OutputTarget.Capture(0),
            StandardError = OutputTarget.SameAsStandardOutput,
            Descriptors = ImmutableDictionary<int, SafeHandle>.Empty.Add(3, new SafeFileHandle(5, ownsHandle: false)),
            WallTime = TimeSpan.MaxValue,
        });

    [Test]
    public void A_list_that_was_never_set_is_empty() =>
        Errors.None(Plain with { Arguments = default, ResourceLimits = default, Affinity = default });

    [Test]
    public void A_pipe_or_channel_can_be_started_but_not_run()
    {
        SandboxCommand command = Plain with
        {
            StandardInput = InputSource.Pipe,
            StandardOutput = OutputTarget.Pipe,
            StandardError = OutputTarget.Pipe,
            Channel = new(),
        };
        SandboxSpecification specification = new();

        Assert.That(() => command.Validate(specification), Throws.Nothing);
        SandboxSpecificationException exception =
            Assert.Throws<SandboxSpecificationException>(() => command.ValidateForRun(specification))!;
        Assert.That(
            exception.Errors.Select(error => error.Member),
            Is.EqualTo((string[])["StandardInput", "StandardOutput", "StandardError", "Channel"]));
    }

    [Test]
    public void Every_error_is_listed()
    {
        SandboxCommand command = Plain with
        {
            Program = "",
            Nice = 50,
            WallTime = TimeSpan.Zero,
            StandardOutput = OutputTarget.Pipe,
        };

        SandboxSpecificationException exception =
            Assert.Throws<SandboxSpecificationException>(() => command.ValidateForRun(new SandboxSpecification()))!;

        Assert.That(
            exception.Errors.Select(error => error.Member),
            Is.EqualTo((string[])["Program", "Nice", "WallTime", "StandardOutput"]));
    }

    [Test]
    public void A_specification_is_needed() =>
        Assert.That(
            () => Plain.Validate(null!), Throws.ArgumentNullException.With.Property("ParamName")
            .EqualTo("specification"));

    [Test]
    public void Nothing_is_allocated_while_there_is_no_error()
    {
        SandboxSpecification specification = new()
        {
            Mounts = [new ProcMount(), new TemporaryMount("/tmp")],
            MaskedPaths = ["/proc/keys"],
        };
        SandboxCommand command = new("/usr/bin/python3", "main.py", "ünï")
        {
            Environment = SandboxCommand.DefaultEnvironment.Add("A", "B"),
            WallTime = TimeSpan.FromSeconds(1),
            Affinity = [0, 1],
        };
        Validate();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1000; round++)
        {
            Validate();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Validate()
        {
            specification.Validate();
            command.ValidateForRun(specification);
        }
    }
}
