using Isolation.Linux.Seccomp.Compiling;
using Isolation.TestSupport;

namespace Isolation.Linux.Tests.Seccomp;

/// <summary>Checks that a call executes at most as many instructions as with libseccomp's filter of the same
/// policy.</summary>
public sealed class LibSeccompTests
{
    private static readonly string[] Calls =
        ["getppid", "read", "write", "openat", "close", "mmap", "futex", "ioctl", "clone", "socket", "epoll_pwait",
            "exit_group", "ptrace", "mount"];

    [TestCase(1)]
    [TestCase(2)]
    public void A_call_costs_no_more_than_under_libseccomp(int optimization)
    {
        Requires.That("libseccomp", LibSeccomp.IsInstalled, "libseccomp.so.2 is needed");
        FilterTarget target = FilterTarget.Current;
        byte[] theirs = LibSeccomp.Compile(SystemCallProfile.Default, target, optimization);
        CompiledFilter ours = FilterCompiler.Compile(SystemCallFilter.Default, target);
        TestContext.Out.WriteLine(
            $"instructions of the filter: {ours.InstructionCount}, libseccomp "
            + $"{theirs.Length / FilterInstruction.Size}");

        int sumOfOurs = 0, sumOfTheirs = 0;
        Assert.Multiple(() =>
        {
            foreach (string call in Calls)
            {
                uint number = (uint)target.Names.Numbers[call];
                ulong[] arguments = [1, 0x5401, 0, 0, 0, 0];
                (uint result, int executed) = FilterInterpreter.Run(
                    ours.Program.AsSpan(), number, target.Audit, arguments);
                (uint theirResult, int theirExecuted) = FilterInterpreter.Run(theirs, number, target.Audit, arguments);
                sumOfOurs += executed;
                sumOfTheirs += theirExecuted;
                TestContext.Out.WriteLine(
                    $"{call,-12} {executed,3} libseccomp {theirExecuted,3}   {(double)executed / theirExecuted:0.00}");
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
