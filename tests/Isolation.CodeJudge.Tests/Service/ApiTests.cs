using System.Net;
using System.Net.Http.Json;
using System.Text;
using CodeJudge.Judging;
using Isolation.CodeJudge.Tests.Support;

namespace Isolation.CodeJudge.Tests.Service;

/// <summary>Answers of the API to valid and invalid requests.</summary>
public sealed class ApiTests
{
    private SharedJudge _judge = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Requires.UserNamespaces();
        _judge = await SharedJudge.StartAsync(
            "--Judge:Languages:0=python", "--Judge:Languages:1=csharp", "--Judge:QueueLimit=10");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_judge is not null)
        {
            await _judge.DisposeAsync();
        }
    }

    [TestCase("nothing", "csharp", "x", "There is no problem 'nothing'.")]
    [TestCase("../sum", "csharp", "x", "There is no problem '../sum'.")]
    [TestCase(null, "csharp", "x", "There is no problem ''.")]
    [TestCase("sum", "cobol", "x", "There is no language 'cobol'.")]
    [TestCase("sum", "c", "x", "There is no language 'c'.", Description = "known, but not offered")]
    [TestCase("sum", "csharp", " ", "The source must have 1 to 65536 characters.")]
    [TestCase("sum", "csharp", null, "The source must have 1 to 65536 characters.")]
    public async Task A_error_is_named_and_nothing_is_kept(
        string? problem, string language, string? source, string error)
    {
        using HttpResponseMessage response = await _judge.Process.Client.PostAsJsonAsync(
            "/api/submissions", new { problem, language, source });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(
            System.Text.RegularExpressions.Regex.Unescape(await response.Content.ReadAsStringAsync()),
            Does.Contain(error));
    }

    [Test]
    public async Task A_source_that_is_too_long_is_refused()
    {
        using HttpResponseMessage longer = await _judge.Process.PostAsync("sum", "csharp", new string('x', 65537));
        Assert.That(longer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));

        using HttpResponseMessage huge = await _judge.Process.PostAsync("sum", "csharp", new string('x', 2 << 20));
        Assert.That(huge.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    // A page of another site can make a browser send a form or plain text without a preflight request, but not JSON.
    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("multipart/form-data; boundary=x")]
    public async Task A_page_of_another_site_cannot_send_in(string contentType)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/submissions");
        request.Content = new ByteArrayContent(
            Encoding.UTF8.GetBytes("""{"problem":"sum","language":"csharp","source":"x"}"""));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.Add("Origin", "http://elsewhere.example");

        using HttpResponseMessage response = await _judge.Process.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    [Test]
    public async Task A_name_that_leads_here_from_elsewhere_is_refused()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/submissions");
        request.Headers.Host = "rebound.example";

        using HttpResponseMessage response = await _judge.Process.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCase("/api/submissions/999999")]
    [TestCase("/api/submissions/999999?wait=1")]
    [TestCase("/api/submissions/999999/events")]
    [TestCase("/api/submissions/x")]
    [TestCase("/api/problems/nothing")]
    [TestCase("/problems/sum/tests/01.out")]
    [TestCase("/../problems/sum/tests/01.out")]
    public async Task An_unknown_path_is_not_found(string path)
    {
        using HttpResponseMessage response = await _judge.Process.Client.GetAsync(path);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Tests_end_one_after_the_other_before_the_eyes_of_who_watches()
    {
        _judge.Require("python");
        long id = await _judge.Process.SubmitAsync(
            "sum", "python", "import time\nn = input().split()\ntime.sleep(0.3)\nprint(sum(map(int, n)))");

        List<SubmissionView> seen = [];
        await foreach (SubmissionView view in _judge.Process.WatchAsync(id))
        {
            seen.Add(view);
        }

        Assert.That(seen.Select(view => view.Tests.Length), Is.Ordered);
        Assert.That(seen.Select(view => view.Tests.Length).Distinct().Count(), Is.GreaterThan(3));
        Assert.That(
            seen[^1], Has.Property("State").EqualTo("Judged").And.Property("Verdict").EqualTo(Verdict.Accepted));
        Assert.That(seen.Count(view => view.State == "Judged"), Is.EqualTo(1));

        SubmissionView later = await _judge.Process.WatchAsync(id).FirstAsync();
        Assert.That((later.State, later.Tests.Length), Is.EqualTo(("Judged", 10)), "a client that connects later");
    }

    [Test]
    public async Task A_submission_can_be_read_from_the_moment_on_that_it_was_accepted()
    {
        _judge.Require("python");
        long id = await _judge.Process.SubmitAsync("sum", "python", "print(sum(map(int, input().split())))");
        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage response = await _judge.Process.Client.GetAsync($"/api/submissions/{id}");
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("print(sum(map"));
        }

        await _judge.Process.WaitAsync(id);
    }

    [Test]
    public async Task A_full_queue_refuses_and_keeps_what_it_has()
    {
        _judge.Require("python");
        List<long> accepted = [];
        HttpStatusCode status;
        do
        {
            using HttpResponseMessage response = await _judge.Process.PostAsync(
                "sum", "python", "print(sum(map(int, input().split())))");
            status = response.StatusCode;
            if (status == HttpStatusCode.Accepted)
            {
                accepted.Add(
                    long.Parse(
                        response.Headers.Location!.ToString().Split('/')[^1],
                        System.Globalization.CultureInfo.InvariantCulture));
            }
        }
        while (status == HttpStatusCode.Accepted);

        Assert.That(status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        SubmissionView[] judged = await Task.WhenAll(accepted.Select(_judge.Process.WaitAsync));
        Assert.That(judged.Select(view => view.Verdict), Is.All.EqualTo(Verdict.Accepted));
    }
}
