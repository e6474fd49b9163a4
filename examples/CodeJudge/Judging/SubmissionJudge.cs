using System.Collections.Concurrent;
using CodeJudge.Catalogue;
using CodeJudge.Languages;

namespace CodeJudge.Judging;

/// <summary>Judges a submission: compiles it and runs its tests concurrently, as far as slots are available.</summary>
internal sealed class SubmissionJudge(Compiler compiler, TestRunner tests, RunSlots slots)
{
    /// <param name="language">The language of the submission, which must be available.</param>
    /// <param name="problem">The problem of the submission.</param>
    /// <param name="source">The source code.</param>
    /// <param name="report">The action that is called for each completed test, from several threads.</param>
    /// <param name="cancellationToken">The token that cancels judging without a verdict.</param>
    public async Task<JudgedSubmission> JudgeAsync(
        Language language, Problem problem, string source, Action<TestResult> report,
        CancellationToken cancellationToken)
    {
        CompiledProgram program = await slots.RunAsync(
            () => compiler.CompileAsync(language, source, cancellationToken), cancellationToken);
        if (program.Failure is { } failure)
        {
            return new JudgedSubmission(Verdict.CompilationError, failure, []);
        }

        ConcurrentBag<TestResult> results = [];
        int firstFailed = int.MaxValue;
        await Parallel.ForEachAsync(
            problem.Tests,
            new ParallelOptions { MaxDegreeOfParallelism = slots.Count, CancellationToken = cancellationToken },
            async (test, token) =>
            {
                TestResult? result = await slots.RunAsync(
                    async () => IsDecided(test) ? null : await tests.RunAsync(
                        language, problem, program.Files, test, token), token);
                if (result is null)
                {
                    return;
                }

                results.Add(result);
                if (result.Verdict != Verdict.Accepted)
                {
                    InterlockedMinimum(ref firstFailed, test.Number);
                }

                report(result);
            });
        return JudgedSubmission.Of(results);

        // Tests before a failed one still run, so that the verdict does not depend on which test was faster.
        bool IsDecided(ProblemTest test) => test.Number > Volatile.Read(ref firstFailed);
    }

    private static void InterlockedMinimum(ref int place, int value)
    {
        int seen = Volatile.Read(ref place);
        while (value < seen)
        {
            int before = Interlocked.CompareExchange(ref place, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
