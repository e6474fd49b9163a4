using System.Diagnostics;
using CodeJudge.Judging;
using Isolation.CodeJudge.Tests.Support;

namespace Isolation.CodeJudge.Tests.Judging;

public sealed class InteractorTests
{
    [TestCase("100 37 3", "50\n25\n37\n", ExpectedResult = 0)]
    [TestCase("100 37 3", "50\n25\n", ExpectedResult = 1)]
    [TestCase("100 37 3", "50\n25\n30\n37\n", ExpectedResult = 1, Description = "one too many")]
    [TestCase("100 37 3", "fifty\n", ExpectedResult = 1)]
    [TestCase("100 37 3", "37; touch /tmp/x\n", ExpectedResult = 1)]
    [TestCase("100 37 3", "-37\n", ExpectedResult = 1)]
    [TestCase("100 37 3", "18446744073709551653\n", ExpectedResult = 1, Description = "37 in 64 bits")]
    [TestCase("100 37 3", "", ExpectedResult = 1)]
    [TestCase("100 37", "37\n", ExpectedResult = 2, Description = "the test is wrong")]
    public int A_guess_is_answered(string test, string said)
    {
        using TemporaryDirectory directory = new();
        string file = Path.Combine(directory.Path, "test");
        File.WriteAllText(file, test + "\n");
        using Process interactor = Process.Start(
            new ProcessStartInfo("sh", [Path.Combine(AppContext.BaseDirectory, "problems/guess/interactor.sh"), file])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        try
        {
            interactor.StandardInput.Write(said);
            interactor.StandardInput.Close();
        }
        catch (IOException)
        {
            // An interactor that rejects the test does not read its input and may have ended already.
        }

        string heard = interactor.StandardOutput.ReadToEnd();
        string reason = interactor.StandardError.ReadToEnd();
        interactor.WaitForExit();

        Assert.That(
            heard, Does.StartWith(
                said.StartsWith("50\n25\n", StringComparison.Ordinal)
                ? "100\nlower\nhigher\n"
                : interactor.ExitCode == 2 ? "" : "100\n"));
        Assert.That(reason, interactor.ExitCode > 0 ? Does.EndWith(".\n") : Is.Empty);
        return interactor.ExitCode;
    }

    [TestCase(InteractiveRole.Solution, 0, 0, ExpectedResult = Verdict.Accepted)]
    [TestCase(InteractiveRole.Interactor, 0, 0, ExpectedResult = Verdict.Accepted)]
    [TestCase(InteractiveRole.Solution, 0, 1, ExpectedResult = Verdict.WrongAnswer)]
    [TestCase(InteractiveRole.Interactor, 0, 1, ExpectedResult = Verdict.WrongAnswer)]
    [TestCase(
        InteractiveRole.Interactor, 3, 1, ExpectedResult = Verdict.WrongAnswer,
        Description = "what it did afterwards may follow from that")]
    [TestCase(
        InteractiveRole.Solution, 3, 1, ExpectedResult = Verdict.RuntimeError,
        Description = "what the interactor missed follows from that")]
    [TestCase(InteractiveRole.Interactor, 3, 0, ExpectedResult = Verdict.RuntimeError)]
    [TestCase(InteractiveRole.Interactor, 0, 2, ExpectedResult = Verdict.JudgeError)]
    [TestCase(InteractiveRole.Solution, 0, 2, ExpectedResult = Verdict.JudgeError)]
    public object The_first_program_to_leave_decides(InteractiveRole first, int programCode, int interactorCode) =>
        Judge(first, new SandboxResult { Outcome = SandboxOutcome.Completed, ExitCode = programCode }, interactorCode);

    [Test]
    public void A_program_that_goes_on_when_all_was_said_was_too_slow() => Assert.That(
        Judge(InteractiveRole.Interactor, new SandboxResult { Outcome = SandboxOutcome.Canceled }, 0),
        Is.EqualTo(Verdict.TimeLimitExceeded));

    [Test]
    public void One_that_was_wrong_is_wrong_however_it_ends() => Assert.That(
        Judge(InteractiveRole.Interactor, new SandboxResult { Outcome = SandboxOutcome.Canceled }, 1),
        Is.EqualTo(Verdict.WrongAnswer));

    [TestCase(InteractiveRole.Solution, ExpectedResult = Verdict.WrongAnswer)]
    [TestCase(InteractiveRole.Interactor, ExpectedResult = Verdict.JudgeError)]
    public object An_interactor_that_nobody_hears_any_more_is_not_at_fault(InteractiveRole first) =>
        VerdictRules.OfTalk(1, new InteractiveResult
        {
            Solution = new SandboxResult { Outcome = SandboxOutcome.Completed, ExitCode = 0 },
            Interactor = new SandboxResult { Outcome = SandboxOutcome.Signaled, Signal = UnixSignal.SIGPIPE },
            FirstToLeave = first,
        }).Verdict;

    private static Verdict Judge(InteractiveRole first, SandboxResult program, int interactorCode) =>
        VerdictRules.OfTalk(1, new InteractiveResult
        {
            Solution = program,
            Interactor = new SandboxResult { Outcome = SandboxOutcome.Completed, ExitCode = interactorCode },
            FirstToLeave = first,
        }).Verdict;
}
