using CodeJudge.Catalogue;
using CodeJudge.Judging;
using Isolation.CodeJudge.Tests.Support;

namespace Isolation.CodeJudge.Tests.Service;

/// <summary>
/// Checks the verdict of each sample program, also while other programs attack the judge on the same workers.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public sealed class SampleTests
{
    private SharedJudge _judge = null!;

    private static IEnumerable<TestCaseData> Programs =>
        SharedJudge.Samples.Select(sample => new TestCaseData(sample).SetArgDisplayNames(sample.Name));

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Requires.UserNamespaces();
        _judge = await SharedJudge.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_judge is not null)
        {
            await _judge.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(Programs))]
    public async Task A_program_gets_its_verdict(object program)
    {
        SampleProgram sample = (SampleProgram)program;
        _judge.Require(sample.Language);
        if (sample.Expected.Any(verdict => verdict is Verdict.MemoryLimitExceeded or Verdict.ProcessLimitExceeded))
        {
            _judge.RequireGroups();
        }

        SubmissionView judged = await _judge.Process.JudgeAsync(sample.Problem, sample.Language, sample.Source);

        Assert.That(sample.Expected, Does.Contain(judged.Verdict), $"{judged.Verdict}: {judged.Detail}");
        if (judged.Verdict == Verdict.Accepted)
        {
            Assert.That((judged.Passed, judged.Tests.Length), Is.EqualTo((judged.TestCount, judged.TestCount)));
        }
    }

    [Test]
    public void Every_kind_of_verdict_is_among_them()
    {
        Verdict[] reached = [.. SharedJudge.Samples.SelectMany(sample => sample.Expected).Distinct()];

        // The profiles refuse calls but do not kill for them. A JudgeError is a fault of the judge itself.
        Assert.That(
            Enum.GetValues<Verdict>().Except(reached), Is.EquivalentTo(
                new[] { Verdict.ForbiddenCall, Verdict.JudgeError }));
    }
}
