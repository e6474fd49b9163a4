using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Isolation.CodeJudge.Tests.Support;

/// <summary>
/// Runs the judge in a separate process, like an installation. It can be killed and started again with the same data.
/// </summary>
internal sealed partial class JudgeProcess : IAsyncDisposable
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly Process _process;
    private readonly Task<string> _log;
    private readonly Lines _lines;

    private JudgeProcess(Process process, Uri address, Lines lines, Task<string> log)
    {
        _process = process;
        _lines = lines;
        _log = log;
        Client = new HttpClient(
            new SocketsHttpHandler { MaxConnectionsPerServer = 512 })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(5),
        };
    }

    public HttpClient Client { get; }

    public int Id => _process.Id;

    /// <summary>Gets the peak resident memory of the judge, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            string line = File.ReadLines($"/proc/{Id}/status").Single(
                text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                System.Globalization.CultureInfo.InvariantCulture) << 10;
        }
    }

    /// <summary>Gets the number of logged verdicts, as far as the log has been read.</summary>
    public int LoggedVerdicts => _lines.Verdicts;

    /// <summary>Starts the judge on a free port.</summary>
    public static async Task<JudgeProcess> StartAsync(string dataDirectory, params string[] settings)
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        ProcessStartInfo start = new(dotnet,
            [Path.Combine(AppContext.BaseDirectory, "CodeJudge.dll"), "--urls", "http://127.0.0.1:0",
                "--Judge:DataDirectory", dataDirectory, .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Lines lines = new();
        Task<string> log = ReadAsync(process, lines, listening);
        if (await Task.WhenAny(listening.Task, log) == log)
        {
            throw new InvalidOperationException($"The judge did not start: {await log}");
        }

        return new JudgeProcess(process, await listening.Task, lines, log);
    }

    public async Task<SubmissionView> JudgeAsync(string problem, string language, string source) =>
        await WaitAsync(await SubmitAsync(problem, language, source));

    public async Task<long> SubmitAsync(string problem, string language, string source, string? key = null)
    {
        using HttpResponseMessage response = await PostAsync(problem, language, source, key);
        Assert.That((int)response.StatusCode, Is.EqualTo(202), await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<AcceptedView>(Json))!.Id;
    }

    public async Task<HttpResponseMessage> PostAsync(string problem, string language, string source, string? key = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/submissions");
        request.Content = JsonContent.Create(new { problem, language, source });
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await Client.SendAsync(request);
    }

    /// <summary>Waits for the verdict of a submission.</summary>
    public async Task<SubmissionView> WaitAsync(long id)
    {
        while (true)
        {
            SubmissionView view = (await Client.GetFromJsonAsync<SubmissionView>(
                $"/api/submissions/{id}?wait=60", Json))!;
            if (view.State == "Judged")
            {
                return view;
            }
        }
    }

    /// <summary>Waits until the judge has logged at least the specified number of verdicts, or has ended.</summary>
    public Task WaitForLogAsync(int verdicts) =>
        Task.WhenAny(_lines.ReachAsync(verdicts), _log).WaitAsync(Client.Timeout);

    /// <summary>
    /// Reads the progress that the page gets, each time that it changes, until the submission is judged.
    /// </summary>
    public async IAsyncEnumerable<SubmissionView> WatchAsync(long id)
    {
        await using Stream stream = await Client.GetStreamAsync($"/api/submissions/{id}/events");
        await foreach (SseItem<SubmissionView> item in SseParser.Create(
            stream, (_, data) => JsonSerializer.Deserialize<SubmissionView>(data, Json)!).EnumerateAsync())
        {
            yield return item.Data;
        }
    }

    /// <summary>Kills the judge with SIGKILL, so that it cannot clean up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        TestContext.Out.WriteLine(await _log);
        _process.Dispose();
    }

    private static async Task<string> ReadAsync(Process process, Lines lines, TaskCompletionSource<Uri> listening)
    {
        Task<string> errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                listening.TrySetResult(new Uri(match.Value));
            }

            lines.Add(line);
        }

        return lines.End() + await errors;
    }

    [GeneratedRegex(@"(?<=Now listening on: )\S+")]
    private static partial Regex Listening();

    [GeneratedRegex(@"^\s*Submission \d+ \(\w+, \w+\): \w+$")]
    private static partial Regex Verdict();

    /// <summary>Keeps the end of the log, and the number of verdicts in the whole log.</summary>
    private sealed class Lines
    {
        private readonly Queue<string> _last = new();
        private readonly Lock _gate = new();
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _verdicts;

        public int Verdicts => Volatile.Read(ref _verdicts);

        public async Task ReachAsync(int verdicts)
        {
            while (true)
            {
                Task more;
                lock (_gate)
                {
                    if (_verdicts >= verdicts)
                    {
                        return;
                    }

                    more = _more.Task;
                }

                await more;
            }
        }

        public void Add(string line)
        {
            if (Verdict().IsMatch(line))
            {
                lock (_gate)
                {
                    _verdicts++;
                    _more.SetResult();
                    _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }

            _last.Enqueue(line);
            if (_last.Count > 200)
            {
                _last.Dequeue();
            }
        }

        public string End() => string.Join('\n', _last);
    }

    private sealed record AcceptedView(long Id, string Url);
}
