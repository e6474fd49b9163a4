using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Tests.Seccomp;

namespace Isolation.IntegrationTests.SystemCalls;

/// <summary>The kernel does what the rules say.</summary>
public sealed class KernelAgreementTests
{
    // They look at no argument, and change nothing.
    private static readonly string[] Harmless = ["getppid", "getuid", "geteuid", "getgid", "getegid", "gettid",
        "sched_yield"];

    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task Random_rules_hold([Range(0, 11)] int seed)
    {
        RandomFilters random = new(seed);
        SystemCallFilter filter = new()
        {
            Profile = SystemCallProfile.None,
            DefaultAction = SystemCallAction.Errno(111),
            Rules = [new(["write", "exit_group", "execve"], SystemCallAction.Allow), .. random.NextRules(Harmless, 40)],
        };
        FilterRules rules = FilterRules.Expand(filter, FilterTarget.Current);
        ArgumentComparison[] comparisons = [.. filter.Rules.SelectMany(rule => rule.Comparisons)];
        (long Number, ulong[] Arguments)[] calls =
        [
            .. Enumerable.Range(0, 600).Select(index =>
                ((long)FilterTarget.Current.Names.Numbers[Harmless[index % Harmless.Length]],
                    random.NextArguments(comparisons))),
        ];
        using CallProgram program = new(calls);

        long[] results = await program.RunAsync(filter);

        Assert.That(
            results.Select(result => result >= 0 ? FilterResult.Allow : FilterResult.Errno | (uint)-result),
            Is.EqualTo(calls.Select(call => rules.Evaluate((uint)call.Number, call.Arguments))));
    }

    [Test]
    public async Task Four_hundred_rules_with_arguments_hold()
    {
        SystemCallFilter filter = SystemCallFilter.Default with
        {
            Rules =
            [
                .. Enumerable.Range(0, 400).Select(
                    index => new SystemCallRule(["getppid"], SystemCallAction.Errno(1 + (index % 100)))
                {
                    Comparisons = [ArgumentComparison.Equal(0, (ulong)index << 20),
                        ArgumentComparison.Equal(3, (ulong)(index * index))],
                }),
            ],
        };
        (long, ulong[])[] calls =
        [
            .. Enumerable.Range(0, 400).Select(index =>
                ((long)FilterTarget.Current.Names.Numbers["getppid"],
                    new ulong[] { (ulong)index << 20, 0, 0, (ulong)(index * index), 0, 0 })),
            (FilterTarget.Current.Names.Numbers["getppid"], [1, 0, 0, 1, 0, 0]),
        ];
        using CallProgram program = new(calls);

        long[] results = await program.RunAsync(filter);

        Assert.That(results[..400], Is.EqualTo(Enumerable.Range(0, 400).Select(index => (long)-(1 + (index % 100)))));
        Assert.That(results[400], Is.Not.Negative);
    }
}
