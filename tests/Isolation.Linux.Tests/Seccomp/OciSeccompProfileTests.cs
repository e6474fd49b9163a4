using Isolation.Linux.Seccomp.Compiling;
using Isolation.TestSupport;

namespace Isolation.Linux.Tests.Seccomp;

/// <summary>Tests profiles of container engines.</summary>
public sealed class OciSeccompProfileTests
{
    private const string Installed = "/usr/share/containers/seccomp.json";
    private static readonly ulong[] NoArguments = new ulong[6];

    [TestCase(SystemCallProfile.Default)]
    [TestCase(SystemCallProfile.Judge)]
    [TestCase(SystemCallProfile.Jvm)]
    [TestCase(SystemCallProfile.Unprivileged)]
    public void A_written_profile_reads_back_with_the_same_meaning(SystemCallProfile profile)
    {
        SystemCallFilter filter = new() { Profile = profile };
        FilterRules before = FilterRules.Expand(filter, FilterTarget.Current);
        FilterRules after = FilterRules.Expand(
            OciSeccompProfile.Read(OciSeccompProfile.Write(filter)), FilterTarget.Current);
        RandomFilters random = new(1);
        for (int number = 0; number <= FilterTarget.Current.Names.Newest; number++)
        {
            ArgumentComparison[] comparisons = before.Calls.TryGetValue(number, out List<CallClause>? clauses)
                ? [.. clauses.SelectMany(clause => clause.Comparisons)]
                : [];
            for (int trial = 0; trial <= 50 * comparisons.Length; trial++)
            {
                ulong[] arguments = random.NextArguments(comparisons);
                Assert.That(
                    after.Evaluate((uint)number, arguments), Is.EqualTo(before.Evaluate((uint)number, arguments)),
                    $"{number}: {string.Join(' ', arguments)}");
            }
        }
    }

    [Test]
    public void Conditions_decide_whether_a_rule_counts()
    {
        const string Json = """
            {
              "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
              "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
              "syscalls": [
                {"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": null, "includes": {}, "excludes": {}},
                {"names": ["bpf"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
                {"names": ["write"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}},
                {"names": ["openat"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "99.0"}},
                {"names": ["close"], "action": "SCMP_ACT_ALLOW", "excludes": {"arches": ["amd64", "arm64"]}},
                {"names": ["ptrace"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
                  "excludes": {"caps": ["CAP_SYS_PTRACE"]}}
              ]
            }
            """;
        FilterRules rules = FilterRules.Expand(OciSeccompProfile.Read(Json), FilterTarget.Current);
        FilterRules root = FilterRules.Expand(
            OciSeccompProfile.Read(Json, new() { Capabilities = ["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"] }),
            FilterTarget.Current);
        uint Of(FilterRules filter, string name) =>
            filter.Evaluate((uint)FilterTarget.Current.Names.Numbers[name], NoArguments);
        Assert.Multiple(() =>
        {
            Assert.That(Of(rules, "read"), Is.EqualTo(FilterResult.Allow));
            Assert.That(Of(rules, "bpf"), Is.EqualTo(FilterResult.Errno | 38));
            Assert.That(Of(root, "bpf"), Is.EqualTo(FilterResult.Allow));
            Assert.That(Of(rules, "write"), Is.EqualTo(FilterResult.Allow));
            Assert.That(Of(rules, "openat"), Is.EqualTo(FilterResult.Errno | 38));
            Assert.That(Of(rules, "close"), Is.EqualTo(FilterResult.Errno | 38));
            Assert.That(Of(rules, "ptrace"), Is.EqualTo(FilterResult.Errno | 1));
            Assert.That(Of(root, "ptrace"), Is.EqualTo(FilterResult.Errno | 38));
        });
    }

    [Test]
    public void An_argument_that_is_named_twice_is_as_many_rules()
    {
        SystemCallFilter filter = OciSeccompProfile.Read("""
            {"defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": [{
              "names": ["personality"], "action": "SCMP_ACT_ALLOW", "args": [
                {"index": 0, "value": 8, "op": "SCMP_CMP_EQ"},
                {"index": 0, "value": 255, "valueTwo": 1, "op": "SCMP_CMP_MASKED_EQ"}]}]}
            """);
        Assert.That(
            filter.Rules.Select(rule => rule.Comparisons.Single()),
            Is.EqualTo([ArgumentComparison.Equal(0, 8), ArgumentComparison.Masked(0, 255, 1)]));
    }

    [Test]
    public void Unknown_names_are_all_told_or_collected()
    {
        const string Json = """
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
              {"names": ["read", "raed", "wirte", "s390_sthyi"], "action": "SCMP_ACT_ERRNO"}]}
            """;
        List<string> unknown = [];

        SystemCallFilter filter = OciSeccompProfile.Read(Json, new() { UnknownNames = unknown });

        Assert.That(
            () => OciSeccompProfile.Read(Json), Throws.TypeOf<FormatException>().With.Message.Contains("raed, wirte"));
        Assert.That(unknown, Is.EqualTo(["raed", "wirte"]));
        Assert.That(filter.Rules.Single().Names, Is.EqualTo(["read", "s390_sthyi"]));
    }

    [TestCase("""{"defaultAction": "SCMP_ACT_MAYBE"}""")]
    [TestCase("""
        {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
          {"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "op": "?"}]}]}
        """)]
    [TestCase("[]")]
    [TestCase("{")]
    public void Invalid_profiles_are_refused(string json) =>
        Assert.That(() => OciSeccompProfile.Read(json), Throws.TypeOf<FormatException>());

    [Test]
    public void An_order_that_matters_is_not_written() =>
        Assert.That(
            () => OciSeccompProfile.Write(new SystemCallFilter
            {
                Rules =
                [
                    new(["read"], SystemCallAction.Errno(1)) { Comparisons = [new(0, ArgumentOperator.Greater, 5)] },
                    new(["read"], SystemCallAction.Errno(2)) { Comparisons = [new(0, ArgumentOperator.Greater, 2)] },
                ],
            }),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("read"));

    [Test]
    public void The_profile_of_the_container_engine_that_is_installed()
    {
        Requires.That(
            "containers-profile", File.Exists(Installed),
            $"{Installed} of the package golang-github-containers-common is needed");
        FilterRules rules = FilterRules.Expand(
            OciSeccompProfile.Read(File.ReadAllText(Installed)), FilterTarget.Current);
        uint Of(string name) => rules.Evaluate((uint)FilterTarget.Current.Names.Numbers[name], NoArguments);
        Assert.That(
            (Of("read"), Of("kexec_load"), Of("bpf")), Is.EqualTo(
                (FilterResult.Allow, FilterResult.Errno | 1, FilterResult.Errno | 1)));
    }
}
