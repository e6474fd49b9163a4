using System.Collections.Concurrent;
using Isolation.CodeJudge.Tests.Support;
using Microsoft.Playwright;

namespace Isolation.CodeJudge.Tests.Service;

/// <summary>
/// Tests the page in a browser: submit, watch, read the verdict. Screenshots are attached to each test result.
/// </summary>
public sealed class PageTests
{
    private const float Patience = 120_000;

    private SharedJudge _judge = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private IPage _page = null!;
    private ConcurrentQueue<string> _errors = null!;
    private string? _expectedError;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Requires.UserNamespaces();
        Requires.Program("chromium");
        Requires.Program("python3");
        _judge = await SharedJudge.StartAsync(
            "--Judge:Languages:0=python", "--Judge:Languages:1=csharp", "--Judge:Languages:2=c");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Machine.FindProgram("chromium"),
            Timeout = Patience,

            // The pages come from this machine, and as root the browser has no sandbox of its own.
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_judge is not null)
        {
            await _judge.DisposeAsync();
        }
    }

    [SetUp]
    public Task OpenAsync() => OpenAsync(1500, 1000, ColorScheme.Light);

    [TearDown]
    public async Task CloseAsync()
    {
        if (_page is not null)
        {
            await TakeAsync(TestContext.CurrentContext.Test.MethodName!);
            await _page.CloseAsync();
            Assert.That(_errors, Is.Empty, "errors on the page");
        }
    }

    [Test]
    public async Task A_program_is_submitted_watched_and_judged()
    {
        await _page.SelectOptionAsync("#language", "python");
        await _page.FillAsync(
            "#source", "import time\nnumbers = input().split()\ntime.sleep(0.3)\nprint(sum(map(int, numbers)))\n");
        await _page.ClickAsync("#submit");

        // The page shows tests as they end, long before the verdict. The words are read in the same call, because
        // a screenshot may take longer than judging.
        IJSHandle words = await _page.WaitForFunctionAsync(
            "() => document.querySelector('#result[data-state=Running] #tests tbody tr') "
                + "&& document.querySelector('#verdict').innerText",
            null,
            new() { Timeout = Patience });
        Assert.That(await words.JsonValueAsync<string>(), Is.EqualTo("Running …"));
        await TakeAsync("running");

        await WaitForVerdictAsync("Accepted");
        Assert.That(await _page.Locator("#tests tbody tr").CountAsync(), Is.EqualTo(10));
        Assert.That(await _page.InnerTextAsync("#result-meta"), Does.Contain("10 of 10 tests passed"));
        Assert.That(
            await _page.InnerTextAsync("#tests tbody tr:first-child"),
            Does.Match(@"1\s+Accepted\s+\d+ ms\s+\d+ ms\s+[\d.]+ MiB"));
        await Assertions.Expect(_page.Locator("#history tbody tr.chosen")).ToContainTextAsync(
            "Accepted", new() { Timeout = Patience });
    }

    [Test]
    public async Task A_sample_is_loaded_and_its_verdict_read()
    {
        _judge.Require("c");
        await _page.ClickAsync("text=Primes");
        Assert.That(await _page.InnerTextAsync("#limits"), Is.EqualTo("1 s · 64 MiB · 12 tests"));
        await _page.SelectOptionAsync("#sample", new SelectOptionValue { Label = "Primes" });
        await _page.ClickAsync("#submit");

        await WaitForVerdictAsync("Accepted");
    }

    [TestCase("Sleeps", "Time limit", "wall-time limit was exceeded")]
    [TestCase("Output bomb", "Output limit", "output limit was exceeded")]
    [TestCase("Includes a file of the host", "Compilation error", "No such file")]
    public async Task A_hostile_program_is_told_what_it_was(string sample, string verdict, string detail)
    {
        _judge.Require("c");
        await _page.SelectOptionAsync("#sample", new SelectOptionValue { Label = sample });
        await _page.ClickAsync("#submit");

        await WaitForVerdictAsync(verdict);
        Assert.That(await _page.InnerTextAsync("#result"), Does.Contain(detail));
    }

    [Test]
    public async Task The_output_of_a_program_is_shown_as_text()
    {
        const string Markup = "<img/src='x'onerror='document.title=1'>";
        long wrong = await _judge.Process.SubmitAsync("sum", "python", $"print(\"{Markup}\")");
        long broken = await _judge.Process.SubmitAsync("sum", "python", $"{Markup}");

        await _page.EvaluateAsync($"location.hash = '#/submissions/{wrong}'");
        await WaitForVerdictAsync("Wrong answer");
        Assert.That(await _page.InnerTextAsync("#tests"), Does.Contain("<img/src="));
        await _page.EvaluateAsync($"location.hash = '#/submissions/{broken}'");
        await WaitForVerdictAsync("Compilation error");
        Assert.That(await _page.InnerTextAsync("#detail"), Does.Contain("<img/src="));

        Assert.That(await _page.Locator("#result img").CountAsync(), Is.Zero);
        Assert.That(await _page.TitleAsync(), Is.EqualTo("Code Judge"));
    }

    [Test]
    public async Task A_error_is_shown_beside_the_program()
    {
        _expectedError = "400";
        await _page.FillAsync("#source", new string('x', 70_000));
        await _page.ClickAsync("#submit");

        await Assertions.Expect(_page.Locator("#error")).ToHaveTextAsync(
            "The source must have 1 to 65536 characters.", new() { Timeout = Patience });
    }

    [Test]
    public async Task A_submission_has_an_address_of_its_own()
    {
        long id = await _judge.Process.SubmitAsync("guess", "python", "print(0)");
        await _judge.Process.WaitAsync(id);

        await _page.GotoAsync($"{_judge.Process.Client.BaseAddress}#/submissions/{id}");
        await _page.ReloadAsync();

        await Assertions.Expect(_page.Locator("#result-id")).ToHaveTextAsync($"#{id}", new() { Timeout = Patience });
        await Assertions.Expect(_page.Locator("#title")).ToHaveTextAsync("Guess", new() { Timeout = Patience });
    }

    [TestCase(1500, 1000, ColorScheme.Dark)]
    [TestCase(1000, 900, ColorScheme.Light)]
    [TestCase(420, 900, ColorScheme.Light)]
    public async Task Nothing_sticks_out_of_the_page(int width, int height, ColorScheme scheme)
    {
        long id = await _judge.Process.SubmitAsync("pair", "python", "print('x' * 100_000)");
        await _judge.Process.WaitAsync(id);
        await _page.CloseAsync();
        await OpenAsync(width, height, scheme);
        await _page.EvaluateAsync($"location.hash = '#/submissions/{id}'");
        await WaitForVerdictAsync("Wrong answer");
        await TakeAsync($"{width}-{scheme}");

        Assert.That(
            await _page.EvaluateAsync<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width));
    }

    private async Task OpenAsync(int width, int height, ColorScheme scheme)
    {
        _errors = new ConcurrentQueue<string>();
        _expectedError = null;
        _page = await _browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
        });
        _page.SetDefaultTimeout(Patience);
        _page.PageError += (_, error) => _errors.Enqueue(error);
        _page.Console += (_, message) =>
        {
            if (message.Type == "error"
                && !(_expectedError is { } part && message.Text.Contains(part, StringComparison.Ordinal)))
            {
                _errors.Enqueue(message.Text);
            }
        };
        await _page.GotoAsync(_judge.Process.Client.BaseAddress!.ToString());
        await _page.WaitForSelectorAsync("body[data-ready]");
    }

    private async Task WaitForVerdictAsync(string verdict)
    {
        await _page.WaitForSelectorAsync("#result[data-state=Judged]");
        await Assertions.Expect(_page.Locator("#verdict")).ToHaveTextAsync(verdict, new() { Timeout = Patience });
    }

    private async Task TakeAsync(string name)
    {
        string directory = Path.Combine(TestContext.CurrentContext.WorkDirectory, "screenshots");
        string path = Path.Combine(directory, $"{name}.png");
        await _page.ScreenshotAsync(new PageScreenshotOptions { Path = path });
        TestContext.AddTestAttachment(path);
    }
}
