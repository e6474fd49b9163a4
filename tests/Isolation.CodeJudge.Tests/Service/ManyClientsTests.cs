using System.Diagnostics;
using System.Globalization;
using CodeJudge.Catalogue;
using CodeJudge.Judging;
using Isolation.CodeJudge.Tests.Support;

namespace Isolation.CodeJudge.Tests.Service;

/// <summary>
/// Many clients submit at the same time, some of them hostile. ISOLATION_JUDGE_SUBMISSIONS specifies the number of
/// submissions; the default is 60.
/// </summary>
public sealed class ManyClientsTests
{
    private const int Clients = 64;

    /// <summary>The memory limit of the service in bytes; the judged programs have their own limits.</summary>
    private const long MemoryBound = 512L << 20;

    private static readonly int Submissions =
        int.Parse(
            Environment.GetEnvironmentVariable("ISOLATION_JUDGE_SUBMISSIONS") ?? "60", CultureInfo.InvariantCulture);

    [Test]
    public async Task Each_submission_gets_one_verdict_the_right_one_while_pages_answer_and_memory_is_bounded()
    {
        Requires.UserNamespaces();
        await using SharedJudge judge = await SharedJudge.StartAsync(
            "--Judge:Languages:0=c", "--Judge:Languages:1=python");
        judge.Require("c");
        judge.Require("python");
        judge.RequireGroups();
        SampleProgram[] kinds = [.. SharedJudge.Samples.Where(sample => sample.Language is "c" or "python")];
        SampleProgram[] honest = [.. kinds.Where(
            sample => !sample.IsHostile && sample.Expected.Contains(Verdict.Accepted))];
        SampleProgram[] others = [.. kinds.Except(honest)];

        // Four honest programs for each hostile one.
        SampleProgram[] sent = [.. Enumerable.Range(0, Submissions)
            .Select(number => number % 5 == 4 ? others[number / 5 % others.Length] : honest[number % honest.Length])];
        long[] ids = new long[sent.Length];
        List<TimeSpan> answers = [];
        using CancellationTokenSource judged = new();
        Task browsing = BrowseAsync(judge.Process, answers, judged.Token);
        long begin = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            for (int number = client; number < sent.Length; number += Clients)
            {
                ids[number] = await judge.Process.SubmitAsync(
                    sent[number].Problem, sent[number].Language, sent[number].Source);
            }
        }));
        TimeSpan accepting = Stopwatch.GetElapsedTime(begin);
        SubmissionView[] views = new SubmissionView[sent.Length];
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            for (int number = client; number < sent.Length; number += Clients)
            {
                views[number] = await judge.Process.WaitAsync(ids[number]);
            }
        }));
        TimeSpan all = Stopwatch.GetElapsedTime(begin);
        await judged.CancelAsync();
        await browsing;

        long memory = judge.Process.PeakMemory;
        answers.Sort();
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{sent.Length} submissions of {Clients} clients: accepted within {accepting.TotalSeconds:F1} s, judged "
                + $"within {all.TotalSeconds:F0} s; "
            + $"{answers.Count} pages, median {answers[answers.Count / 2].TotalMilliseconds:F0} ms, "
            + $"99 % within {answers[answers.Count * 99 / 100].TotalMilliseconds:F0} ms, longest "
                + $"{answers[^1].TotalMilliseconds:F0} ms; "
            + $"memory of the service at most {memory >> 20} MiB"));

        string[] wrong = [.. sent.Zip(views)
            .Where(pair => !pair.First.Expected.Contains(pair.Second.Verdict!.Value))
            .Select(pair => $"#{pair.Second.Id} {pair.First.Name}: {pair.Second.Verdict}, {pair.Second.Detail}")];
        Assert.That(wrong, Is.Empty, string.Join('\n', wrong));
        Assert.That(ids.Distinct().Count(), Is.EqualTo(sent.Length), "submissions");

        // The response of the API may arrive before the log line.
        await judge.Process.WaitForLogAsync(sent.Length);
        Assert.That(judge.Process.LoggedVerdicts, Is.EqualTo(sent.Length), "verdicts in the log: one for each");
        Assert.That(views.Select(view => view.Attempts), Is.All.EqualTo(1), "attempts");
        Assert.That(memory, Is.LessThan(MemoryBound));
    }

    /// <summary>Loads the page repeatedly in the meantime.</summary>
    private static async Task BrowseAsync(JudgeProcess judge, List<TimeSpan> answers, CancellationToken end)
    {
        do
        {
            foreach (string path in new[] { "/", "/api/status", "/api/submissions?count=20" })
            {
                long begin = Stopwatch.GetTimestamp();
                using HttpResponseMessage response = await judge.Client.GetAsync(path, CancellationToken.None);
                await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
                response.EnsureSuccessStatusCode();
                answers.Add(Stopwatch.GetElapsedTime(begin));
            }

            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(100), end));
        }
        while (!end.IsCancellationRequested);
    }
}
