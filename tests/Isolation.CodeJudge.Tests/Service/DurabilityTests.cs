using System.Net.Http.Json;
using CodeJudge.Judging;
using Isolation.CodeJudge.Tests.Support;

namespace Isolation.CodeJudge.Tests.Service;

/// <summary>Checks that every accepted submission gets exactly one verdict, even if the judge is killed.</summary>
public sealed class DurabilityTests
{
    /// <summary>A program that runs long enough to kill the judge meanwhile.</summary>
    private const string Slow =
        "import time\nnumbers = input().split()\ntime.sleep(0.2)\nprint(sum(map(int, numbers)))\n";

    /// <summary>
    /// A program that runs so long that a judge that starts with it is still judging it at the first request.
    /// </summary>
    private const string Slower =
        "import time\nnumbers = input().split()\ntime.sleep(1)\nprint(sum(map(int, numbers)))\n";

    /// <summary>The clients together send more submissions than the judge can begin before it is killed.</summary>
    private const int SubmissionsPerClient = 2;

    private TemporaryDirectory _data = null!;

    [SetUp]
    public void SetUp()
    {
        Requires.UserNamespaces();
        Requires.Program("python3");
        _data = new TemporaryDirectory();
    }

    [TearDown]
    public void TearDown() => _data?.Dispose();

    [Test]
    public async Task Accepted_submissions_are_judged_once_although_the_judge_is_killed_twice()
    {
        List<long> accepted = [];
        await using (JudgeProcess first = await StartAsync())
        {
            long one = await first.SubmitAsync("sum", "python", Slow);

            // Clients continue to send submissions while the judge is killed. Only accepted submissions count.
            Task[] clients = [.. Enumerable.Range(0, 4).Select(
                client => SendUntilKilledAsync(first, client, accepted))];
            await first.WaitAsync(one);
            await first.KillAsync();
            await Task.WhenAll(clients);
        }

        int left;
        await using (JudgeProcess second = await StartAsync())
        {
            SubmissionView[] after = await ListAsync(second);
            Assert.That(after.Select(submission => submission.Id), Is.SupersetOf(accepted));
            left = after.Count(submission => submission.State != "Judged");

            // Kills the judge again in the middle of a submission that the first judge left unfinished.
            IEnumerable<SubmissionView> unjudged = after.Where(submission => submission.State != "Judged");
            await WaitForTestAsync(second, [.. unjudged.Select(submission => submission.Id)]);
            await second.KillAsync();
        }

        await using JudgeProcess third = await StartAsync();
        SubmissionView[] all = await Task.WhenAll(
            (await ListAsync(third)).Select(submission => third.WaitAsync(submission.Id)));

        Assert.That(left, Is.Positive, "The first judge was killed too late.");
        Assert.That(all.Select(submission => submission.Verdict), Is.All.EqualTo(Verdict.Accepted), "Verdicts");
        Assert.That(all.Select(submission => submission.Tests.Length), Is.All.EqualTo(10), "Tests");
        Assert.That(all.Max(submission => submission.Attempts), Is.InRange(2, 3), "Attempts");
        Assert.That(
            all.Min(submission => submission.Attempts), Is.EqualTo(1), "Judged submissions are not judged again.");
    }

    [Test]
    public async Task A_submission_that_is_sent_again_is_the_same_after_a_kill_too()
    {
        long first;
        await using (JudgeProcess judge = await StartAsync())
        {
            first = await judge.SubmitAsync("sum", "python", Slow, "the key");
            await judge.KillAsync();
        }

        await using JudgeProcess again = await StartAsync();
        long second = await again.SubmitAsync("sum", "python", Slow, "the key");
        long other = await again.SubmitAsync("sum", "python", Slow, "another key");

        Assert.That((second, other), Is.EqualTo((first, first + 1)));
    }

    [Test]
    public async Task Two_judges_do_not_share_a_directory()
    {
        await using JudgeProcess judge = await StartAsync();

        Assert.That(
            async () => await StartAsync(),
            Throws.InvalidOperationException.With.Message.Contains($"Another judge uses {_data.Path}"));
    }

    [Test]
    public async Task A_submission_that_brings_the_judge_down_each_time_gets_a_verdict_in_the_end()
    {
        long id = 0;
        for (int attempt = 0; attempt < 2; attempt++)
        {
            await using JudgeProcess judge = await StartAsync("--Judge:Attempts=2");
            id = id == 0 ? await judge.SubmitAsync("sum", "python", Slower) : id;
            await WaitForTestAsync(judge, id);
            await judge.KillAsync();
        }

        await using JudgeProcess last = await StartAsync("--Judge:Attempts=2");
        SubmissionView judged = await last.WaitAsync(id);

        Assert.That(judged.Verdict, Is.EqualTo(Verdict.JudgeError));
        Assert.That(judged.Detail, Does.Contain("2 attempts"));
    }

    private Task<JudgeProcess> StartAsync(params string[] settings) =>
        JudgeProcess.StartAsync(_data.Path, ["--Judge:Languages:0=python", .. settings]);

    /// <summary>Waits until a test of one of the submissions has ended and the submission has no verdict yet.</summary>
    private static async Task WaitForTestAsync(JudgeProcess judge, params long[] ids)
    {
        List<Task<bool>> looks = [.. ids.Select(id => SeesTestAsync(judge, id))];
        while (looks.Count > 0)
        {
            Task<bool> look = await Task.WhenAny(looks);
            if (await look)
            {
                return;
            }

            looks.Remove(look);
        }

        Assert.Fail("All submissions had a verdict before they could be observed.");
    }

    private static async Task<bool> SeesTestAsync(JudgeProcess judge, long id)
    {
        try
        {
            await foreach (SubmissionView view in judge.WatchAsync(id))
            {
                if (view.State == "Running" && view.Tests.Length > 0)
                {
                    return true;
                }
            }
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // The judge was killed after another submission was observed.
        }

        return false;
    }

    private static async Task SendUntilKilledAsync(JudgeProcess judge, int client, List<long> accepted)
    {
        try
        {
            for (int number = 0; number < SubmissionsPerClient; number++)
            {
                long id = await judge.SubmitAsync("sum", "python", Slow, $"{client}-{number}");
                lock (accepted)
                {
                    accepted.Add(id);
                }
            }
        }
        catch (HttpRequestException)
        {
            // The judge was killed.
        }
    }

    private static async Task<SubmissionView[]> ListAsync(JudgeProcess judge) =>
        (await judge.Client.GetFromJsonAsync<SubmissionView[]>("/api/submissions?count=200", JudgeProcess.Json))!;
}
