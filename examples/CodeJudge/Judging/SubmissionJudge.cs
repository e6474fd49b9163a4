using System.Collections.Concurrent;
using CodeJudge.Catalogue;
using CodeJudge.Languages;

namespace CodeJudge.Judging;

/// <summary>
/// Judges one submission: compiles it, and runs it on the tests, as many at once as there is room for.
/// </summary>
internal sealed class SubmissionJudge(Compiler compiler, TestRunner tests, RunSlots slots)
{
    /// <param name="language">Its language, which must be available.</param>
    /// <param name="problem">Its problem.</param>
    /// <param name="source">Its source.</param>
    /// <param name="report">Told of each test as it ends, from several threads.</param>
    /// <param name="cancellationToken">Ends what runs; nothing is decided then.</param>
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

        // Tests before the one that failed are run to their end, so that the verdict does not depend on which was
        // quicker.
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
