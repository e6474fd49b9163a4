using System.Collections.Immutable;
using Isolation.Linux.Seccomp;
using Isolation.Linux.Seccomp.Compiling;

namespace Isolation.Linux.Tests.Seccomp;

/// <summary>Compiled instructions decide like the rules of the filter.</summary>
public sealed class FilterCompilerTests
{
    private static readonly FilterTarget[] Targets = [FilterTarget.X64, FilterTarget.Arm64];
    private static readonly ulong[] NoArguments = new ulong[6];

    [Test]
    public void Random_filters_do_what_their_rules_say([Range(0, 19)] int part)
    {
        const int FiltersPerPart = 150;
        for (int seed = part * FiltersPerPart; seed < (part + 1) * FiltersPerPart; seed++)
        {
            RandomFilters random = new(seed);
            FilterTarget target = Targets[seed % 2];
            SystemCallFilter filter = random.Next(target.Names);
            filter.Validate();
            FilterRules rules = FilterRules.Expand(filter, target);
            ReadOnlySpan<byte> program = FilterCompiler.Compile(filter, target).Program.AsSpan();
            foreach (uint number in Numbers(rules))
            {
                ArgumentComparison[] comparisons = rules.Calls.TryGetValue((int)number, out List<CallClause>? clauses)
                    ? [.. clauses.SelectMany(clause => clause.Comparisons)]
                    : [];
                for (int trial = 0; trial <= 4 * comparisons.Length; trial++)
                {
                    ulong[] arguments = random.NextArguments(comparisons);
                    uint result = FilterInterpreter.Run(program, number, target.Audit, arguments).Result;
                    Assert.That(
                        result, Is.EqualTo(rules.Evaluate(number, arguments)),
                        $"seed {seed}, call {number}, arguments "
                            + $"{string.Join(' ', arguments.Select(argument => $"{argument:x}"))}");
                }
            }
        }
    }

    [TestCaseSource(nameof(Targets))]
    public void Another_architecture_is_killed(object target)
    {
        ReadOnlySpan<byte> program = FilterCompiler.Compile(AllowAll, (FilterTarget)target).Program.AsSpan();
        foreach (uint architecture in (uint[])[0, 0x40000003, ((FilterTarget)target).Audit ^ 1,
            ((FilterTarget)target).Audit ^ 0x80000000])
        {
            Assert.That(
                FilterInterpreter.Run(program, 0, architecture, NoArguments).Result,
                Is.EqualTo(FilterResult.KillProcess));
        }
    }

    [TestCase(0x40000000u)]
    [TestCase(0x40000001u)]
    [TestCase(0x7FFFFFFFu)]
    [TestCase(0x80000000u)]
    [TestCase(0xFFFFFFFFu)]
    public void Numbers_of_x32_are_refused_even_where_everything_is_allowed(uint number)
    {
        CompiledFilter filter = FilterCompiler.Compile(AllowAll, FilterTarget.X64);
        Assert.That(
            FilterInterpreter.Run(filter.Program.AsSpan(), number, FilterTarget.X64.Audit, NoArguments).Result,
            Is.EqualTo(FilterResult.Errno | 38));
    }

    [Test]
    public void Calls_newer_than_the_tables_do_not_exist_where_others_fail()
    {
        CompiledFilter filter = FilterCompiler.Compile(SystemCallFilter.Default, FilterTarget.X64);
        uint newer = (uint)FilterTarget.X64.Names.Newest + 1;
        Assert.Multiple(() =>
        {
            Assert.That(
                FilterInterpreter.Run(filter.Program.AsSpan(), newer, FilterTarget.X64.Audit, NoArguments).Result,
                Is.EqualTo(FilterResult.Errno | 38));
            Assert.That(FilterInterpreter.Run(filter.Program.AsSpan(), 101, FilterTarget.X64.Audit, NoArguments).Result,
                Is.EqualTo(FilterResult.Errno | 1), "ptrace");
        });
    }

    [Test]
    public void Four_hundred_rules_with_arguments_fit_and_are_searched()
    {
        SystemCallFilter filter = new()
        {
            Profile = SystemCallProfile.None,
            DefaultAction = SystemCallAction.Errno(1),
            Rules = [.. Enumerable.Range(0, 400).Select(
                index => Rule(
                    "ioctl", index % 7, ArgumentComparison.Equal(1, (ulong)(index * 3)),
                    ArgumentComparison.Int32Equal(0, index)))],
        };
        FilterRules rules = FilterRules.Expand(filter, FilterTarget.X64);
        CompiledFilter compiled = FilterCompiler.Compile(filter, FilterTarget.X64);
        for (int index = 0; index < 400; index++)
        {
            foreach (ulong[] arguments in (ulong[][])[[(ulong)index, (ulong)index * 3, 0, 0, 0, 0],
                [0, (ulong)index * 3, 0, 0, 0, 0], [(ulong)index, 1, 0, 0, 0, 0]])
            {
                Assert.That(
                    FilterInterpreter.Run(compiled.Program.AsSpan(), 16, FilterTarget.X64.Audit, arguments).Result,
                    Is.EqualTo(rules.Evaluate(16, arguments)));
            }
        }
    }

    [Test]
    public void A_filter_above_the_kernels_size_tells_what_to_shorten()
    {
        SystemCallFilter filter = new()
        {
            Profile = SystemCallProfile.None,
            DefaultAction = SystemCallAction.Allow,
            Rules = [.. Enumerable.Range(0, 5000).Select(
                index => Rule("ioctl", 1 + (index % 90), ArgumentComparison.Equal(1, (ulong)index * 5)))],
        };
        SandboxException error = Assert.Throws<SandboxException>(
            () => FilterCompiler.Compile(filter, FilterTarget.X64))!;
        Assert.That(error.Message, Does.Contain("4096").And.Contain("ioctl, which has 5000 rules"));
    }

    [Test]
    public void A_name_that_is_known_nowhere_is_an_error_with_the_nearest()
    {
        SandboxException error = Assert.Throws<SandboxException>(
            () => FilterCompiler.Compile(AllowAll with { Rules = [Rule("opnat", 1)] }, FilterTarget.X64))!;
        Assert.That(error.Message, Does.Contain("'opnat'").And.Contain("'openat'"));
    }

    [Test]
    public void A_name_of_another_architecture_does_nothing() =>
        Assert.That(
            FilterCompiler.Compile(
                AllowAll with { Rules = [Rule("s390_sthyi", 1), Rule("stat64", 1)] }, FilterTarget.X64).Program.AsSpan()
                .SequenceEqual(
                FilterCompiler.Compile(AllowAll, FilterTarget.X64).Program.AsSpan()));

    [Test]
    public void Filters_are_compiled_once_for_what_they_say()
    {
        SystemCallFilter filter = SystemCallFilter.Default with { Rules = [Rule("read", 7)] };
        SystemCallFilter same = SystemCallFilter.Default with { Rules = [Rule("read", 7)] };
        Assert.That(FilterCache.Get(same), Is.SameAs(FilterCache.Get(filter)));
    }

    private static SystemCallFilter AllowAll { get; } = new()
    {
        Profile = SystemCallProfile.None,
        DefaultAction = SystemCallAction.Allow,
    };

    private static SystemCallRule Rule(string name, int error, params ImmutableArray<ArgumentComparison> comparisons) =>
        new([name], SystemCallAction.Errno(error)) { Comparisons = comparisons };

    private static IEnumerable<uint> Numbers(FilterRules rules)
    {
        uint[] named = [.. rules.Calls.Keys.SelectMany(
            number => (uint[])[(uint)number, (uint)number + 1, (uint)Math.Max(0, number - 1)])];
        uint newest = (uint)rules.Target.Names.Newest;
        return ((uint[])[.. named, 0, newest, newest + 1, 0x3FFFFFFF, 0x40000000, 0x40000001, 0x80000000, 0xFFFFFFFF])
            .Distinct();
    }
}
