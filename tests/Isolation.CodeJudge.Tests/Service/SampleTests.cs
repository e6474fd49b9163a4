using CodeJudge.Catalogue;
using CodeJudge.Judging;
using Isolation.CodeJudge.Tests.Support;

namespace Isolation.CodeJudge.Tests.Service;

/// <summary>
/// Each program that comes along gets its verdict, also while others attack the judge on the same workers.
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

        // No profile kills for a call, it refuses; a JudgeError is the judge's own fault.
        Assert.That(
            Enum.GetValues<Verdict>().Except(reached), Is.EquivalentTo(
                new[] { Verdict.ForbiddenCall, Verdict.JudgeError }));
    }
}
