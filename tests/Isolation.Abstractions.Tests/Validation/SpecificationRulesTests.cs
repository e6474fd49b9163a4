namespace Isolation.Abstractions.Tests.Validation;

public sealed class SpecificationRulesTests
{
    private static readonly SandboxSpecification Plain = new();

    [Test]
    public void The_default_is_good()
    {
        Errors.None(Plain);
        Assert.That(Plain.Validate, Throws.Nothing);
    }

    [TestCase("", "1 to 64")]
    [TestCase("a\nb", "control")]
    public void A_name_can_be_logged(string name, string word) => Errors.One(Plain with { Name = name }, "Name", word);

    [Test]
    public void A_name_has_at_most_64_characters()
    {
        Errors.None(Plain with { Name = new string('n', 64) });
        Errors.One(Plain with { Name = new string('n', 65) }, "Name", "65");
    }

    [TestCase("a/b")]
    [TestCase("..")]
    [TestCase("a b")]
    [TestCase("ü")]
    public void The_name_of_a_detached_sandbox_is_a_file_name(string name)
    {
        Errors.None(Plain with { Name = name });
        Errors.One(Plain with { Name = name, Lifetime = SandboxLifetime.Detached }, "Name", "state directory");
        Errors.None(Plain with { Name = "a-b_c.1", Lifetime = SandboxLifetime.Detached });
    }

    [Test]
    public void A_detached_sandbox_has_no_exact_cgroup()
    {
        SandboxSpecification specification = Plain with { Limits = new SandboxLimits { CgroupPath = "/a" } };
        Errors.None(specification);
        Errors.One(specification with { Lifetime = SandboxLifetime.Detached }, "Limits.CgroupPath", "state directory");
    }

    [Test]
    public void A_lifetime_is_defined() =>
        Errors.One(Plain with { Lifetime = (SandboxLifetime)2 }, "Lifetime", "SandboxLifetime");

    [Test]
    public void A_host_name_has_1_to_64_bytes()
    {
        Errors.None(Plain with { HostName = new string('h', 64), DomainName = new string('ü', 32) });
        Errors.One(Plain with { HostName = new string('h', 65) }, "HostName", "65");
        Errors.One(Plain with { HostName = "" }, "HostName", "empty");
        Errors.One(Plain with { HostName = "a\0b" }, "HostName", "NUL");
        Errors.One(Plain with { DomainName = new string('ü', 33) }, "DomainName", "66");
        Errors.One(Plain with { DomainName = "" }, "DomainName", "empty");
    }

    [Test]
    public void A_name_of_the_machine_needs_a_new_namespace()
    {
        NamespaceSet host = new() { Uts = NamespaceSource.Host };
        Errors.One(Plain with { Namespaces = host, HostName = "box" }, "HostName", "UTS");
        Errors.One(Plain with { Namespaces = host, DomainName = "box" }, "DomainName", "UTS");
        Errors.One(
            Plain with { Namespaces = new() { Uts = NamespaceSource.OfProcess(1) }, HostName = "box" },
            "HostName", "UTS");
    }

    [Test]
    public void The_default_host_name_is_there_where_it_can_be()
    {
        SandboxSpecification shared = Plain with { Namespaces = new() { Uts = NamespaceSource.Host } };

        Assert.That(Plain.HostName, Is.EqualTo("sandbox"));
        Assert.That(shared.HostName, Is.Null);
        Errors.None(shared);
    }

    [Test]
    public void Moved_clocks_need_a_new_namespace()
    {
        TimeOffsets offsets = new(TimeSpan.FromDays(365), TimeSpan.FromSeconds(-1));
        NamespaceSet namespaces = NamespaceSet.NewOnly(Namespaces.All);

        Errors.One(Plain with { TimeOffsets = offsets }, "TimeOffsets", "time namespace");
        Errors.None(Plain with { TimeOffsets = offsets, Namespaces = namespaces });
        Errors.One(
            Plain with { TimeOffsets = offsets with { Monotonic = TimeSpan.MaxValue }, Namespaces = namespaces },
            "TimeOffsets.Monotonic");
        Errors.One(
            Plain with { TimeOffsets = offsets with { BootTime = TimeSpan.MinValue }, Namespaces = namespaces },
            "TimeOffsets.BootTime");
    }

    private static IEnumerable<TestCaseData> FaultySources()
    {
        yield return new TestCaseData(null);
        yield return new TestCaseData(NamespaceSource.ByPath("run/netns/blue"));
        yield return new TestCaseData(NamespaceSource.ByPath(""));
        yield return new TestCaseData(NamespaceSource.ByPath(null!));
        yield return new TestCaseData(NamespaceSource.OfProcess(0));
        yield return new TestCaseData(NamespaceSource.OfProcess(-1));
        yield return new TestCaseData(new NewNamespace { Requirement = (Requirement)7 });
    }

    [TestCaseSource(nameof(FaultySources))]
    public void A_namespace_comes_from_somewhere(NamespaceSource? source)
    {
        foreach (Namespaces kind in Enum.GetValues<Namespaces>().Where(
            kind => int.PopCount((int)kind) == 1 && kind != Namespaces.Uts))
        {
            Errors.One(Plain with { Namespaces = Plain.Namespaces.With(kind, source!) }, $"Namespaces.{kind}");
        }
    }

    [Test]
    public void Nothing_is_null()
    {
        Errors.One(Plain with { IdMap = null! }, "IdMap", "null");
        Errors.One(Plain with { User = null! }, "User", "null");
        Errors.One(Plain with { Namespaces = null! }, "Namespaces", "null");
    }

    [Test]
    public void Every_error_is_listed_in_the_order_of_the_members()
    {
        SandboxSpecification specification = new()
        {
            Name = "",
            Root = new EmptyRoot { Size = -1 },
            Mounts = [new TemporaryMount("tmp") { Size = 0 }, new BindMount("a", "/b/")],
            MaskedPaths = ["x"],
            IdMap = IdMap.Ranges([], []),
            HostName = "",
        };
        string[] expected =
        [
            "Name", "Root.Size", "Mounts[0].Target", "Mounts[0].Size", "Mounts[1].Target", "Mounts[1].Source",
            "MaskedPaths[0]",
            "IdMap.Users", "IdMap.Groups", "User.UserId", "User.GroupId", "HostName",
        ];

        SandboxSpecificationException exception = Assert.Throws<SandboxSpecificationException>(specification.Validate)!;

        Assert.That(exception.Errors.Select(error => error.Member), Is.EqualTo(expected));
        foreach (string member in expected)
        {
            Assert.That(exception.Message, Does.Contain($"- {member}: "));
        }
    }

    [Test]
    public void A_single_error_makes_a_message_of_one_line()
    {
        SandboxSpecification specification = Plain with { HostName = "" };

        Assert.That(
            specification.Validate,
            Throws.TypeOf<SandboxSpecificationException>().With.Message.EqualTo("HostName: Is empty."));
    }
}
