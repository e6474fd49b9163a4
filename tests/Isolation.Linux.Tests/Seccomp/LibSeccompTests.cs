using Isolation.Linux.Seccomp;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Seccomp.Oci;
using Isolation.Linux.Seccomp.Profiles;
using Isolation.Testing;

namespace Isolation.Linux.Tests.Seccomp;

/// <summary>For the same policy, a call costs at most as many instructions as under the filter of libseccomp.</summary>
public sealed class LibSeccompTests
{
    private static readonly string[] Calls =
        ["getppid", "read", "write", "openat", "close", "mmap", "futex", "ioctl", "clone", "socket", "epoll_pwait", "exit_group", "ptrace", "mount"];

    [TestCase(1)]
    [TestCase(2)]
    public void A_call_costs_no_more_than_under_libseccomp(int optimization)
    {
        Requires.That("libseccomp", LibSeccomp.IsInstalled, "libseccomp.so.2 is needed");
        FilterTarget target = FilterTarget.Current;
        (int, System.Collections.Immutable.ImmutableArray<ArgumentComparison>, uint)[] rules =
        [
            .. OciRules.Unordered(ProfileContent.Of(SystemCallProfile.Default).Rules)
                .Where(rule => target.Names.Find(rule.Names[0]) is not null)
                .Select(rule => (target.Names.Numbers[rule.Names[0]], rule.Comparisons, FilterResult.Of(rule.Action)))
                .Where(rule => rule.Item3 != (FilterResult.Errno | 1)),
        ];
        byte[] theirs = LibSeccomp.Compile(FilterResult.Errno | 1, rules, optimization);
        CompiledFilter ours = FilterCompiler.Compile(SystemCallFilter.Default, target);
        TestContext.Out.WriteLine($"instructions of the filter: {ours.InstructionCount}, libseccomp {theirs.Length / FilterInstruction.Size}");

        int sumOfOurs = 0, sumOfTheirs = 0;
        Assert.Multiple(() =>
        {
            foreach (string call in Calls)
            {
                uint number = (uint)target.Names.Numbers[call];
                ulong[] arguments = [1, 0x5401, 0, 0, 0, 0];
                (uint result, int executed) = FilterInterpreter.Run(ours.Program.AsSpan(), number, target.Audit, arguments);
                (uint theirResult, int theirExecuted) = FilterInterpreter.Run(theirs, number, target.Audit, arguments);
                sumOfOurs += executed;
                sumOfTheirs += theirExecuted;
                TestContext.Out.WriteLine($"{call,-12} {executed,3} libseccomp {theirExecuted,3}   {(double)executed / theirExecuted:0.00}");
                Assert.That(result, Is.EqualTo(theirResult), $"{call} is decided alike");
                if (call is "getppid" or "read")
                {
                    Assert.That(executed, Is.LessThanOrEqualTo(theirExecuted), call);
                }
            }

            Assert.That(sumOfOurs, Is.LessThanOrEqualTo(sumOfTheirs), "all of them together");
        });
    }
}
