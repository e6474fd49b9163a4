using System.Text;
using System.Text.Json;

namespace Isolation.Plugins.Tests;

/// <summary>Whatever a plug-in sends, it forges no line in the host's log and no line of an exception.</summary>
public sealed class ForgeryTests
{
    /// <summary>
    /// Text that could forge a log: line breaks of all kinds, an escape sequence, a text that runs backwards.
    /// </summary>
    private const string Forged = "x\r\n2030-01-01 crit: forged\u001b[2J\u202E\u2028\u0085\u0007";

    private static readonly string Quoted = JsonSerializer.Serialize(Forged);

    /// <summary>Messages by what is forged in them. ID stands for the number of the host's call.</summary>
    private static readonly Dictionary<string, string> Ways = new()
    {
        ["a log message"] = Log($$"""{"message":{{Quoted}}}"""),
        ["a log category"] = Log($$"""{"message":"m","category":{{Quoted}}}"""),
        ["a log level"] = Log($$"""{"message":"m","level":{{Quoted}}}"""),
        ["a logged exception"] = Log($$"""{"message":"m","exception":{{Quoted}}}"""),
        ["the name of a notification"] = $$"""{"jsonrpc":"2.0","method":{{Quoted}}}""",
        ["the name of a method"] = $$"""{"jsonrpc":"2.0","id":1,"method":{{Quoted}},"params":[]}""",
        ["the number of a request"] = $$"""{"jsonrpc":"2.0","id":{{Quoted}},"method":"none","params":[]}""",
        ["a property of a message"] = $$"""{"jsonrpc":"2.0",{{Quoted}}:1}""",
        ["a property of a log entry"] = Log($$"""{"message":{ {{Quoted}}:1} }"""),
        ["no JSON"] = "{" + Forged,
        ["an argument that the host's exception quotes"] =
            $$"""{"jsonrpc":"2.0","id":1,"method":"IHostEchoes.FailAsync","params":[{{Quoted}}]}""",
        ["an argument of another kind"] =
            $$$"""{"jsonrpc":"2.0","id":1,"method":"IHostEchoes.FailAsync","params":[{{{{Quoted}}}:1}]}""",
        ["an error"] = Answer(
            $$"""{"code":7,"message":{{Quoted}},"""
            + $$""" "data":{"type":{{Quoted}},"message":{{Quoted}},"stack":{{Quoted}} } }"""),
        ["a cancellation"] = Answer($$"""{"code":-32800,"message":{{Quoted}} }"""),
        ["an unknown method"] = Answer($$"""{"code":-32601,"message":{{Quoted}} }"""),
        ["a result"] = $$$"""{"jsonrpc":"2.0","id":ID,"result":{{{{Quoted}}}:[{{{Quoted}}}]}}""",
    };

    private static IEnumerable<string> Names => Ways.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task No_message_forges_a_line(string way)
    {
        LogRecorder log = new();
        PluginOptions options = Support.Options().Grant<IHostEchoes>(new Echoes());
        await using Plugin<ITextTools> plugin = Make(
            Support.Raw((channel, token) => SendAsync(channel, Ways[way], token)), options, log);
        List<Exception?> thrown = [await CatchAsync(() => plugin.StartAsync())];

        thrown.Add(await CatchAsync(() => plugin.CallAsync((tools, token) => tools.UpperAsync("", token))));
        await plugin.StopAsync();

        AssertClean(log, plugin.LastFailure, thrown);
    }

    [Test]
    public async Task Neither_does_a_first_answer_or_what_is_written_to_the_streams()
    {
        LogRecorder log = new();
        PluginOptions options = Support.Options();
        await using Plugin<ITextTools> plugin = Make(
            async (context, token) =>
            {
                using JsonDocument request = await Support.ReadAsync(context.Channel!, token);
                await context.StandardOutput.WriteAsync(Encoding.UTF8.GetBytes(Forged), token);
                await context.StandardError.WriteAsync(Encoding.UTF8.GetBytes(Forged), token);
                string id = request.RootElement.GetProperty("id").GetRawText();
                await Support.SendAsync(
                    context.Channel!, Answer($$"""{"code":7,"message":{{Quoted}} }""")
                        .Replace("ID", id, StringComparison.Ordinal), token);
                await Task.Delay(Timeout.Infinite, token);
                return FakeExit.Success;
            },
            options,
            log);

        Exception? refusal = await CatchAsync(() => plugin.StartAsync());

        Assert.That(refusal, Is.InstanceOf<PluginUnavailableException>());
        AssertClean(log, plugin.LastFailure, [refusal]);
        foreach (string line in plugin.LastFailure!.LastError.Split('\n'))
        {
            Assert.That(line, Does.Not.Match("[\u0001-\u001F\u0085\u2028\u202E]"));
        }
    }

    [Test]
    public async Task An_exception_of_a_handler_that_quotes_the_plug_in_forges_no_line()
    {
        LogRecorder log = new();
        await using Plugin<ITextTools> plugin = Make(
            Support.Raw((channel, token) => SendAsync(channel, Ways["no JSON"], token)), Support.Options(), log);
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        plugin.StateChanged += (_, change) =>
        {
            if (change.Current == PluginState.Failed)
            {
                told.SetResult();
                throw new InvalidOperationException(Forged);
            }
        };
        await CatchAsync(() => plugin.StartAsync());
        await told.Task.WaitAsync(Support.Patience);
        await plugin.StopAsync();

        Assert.That(() => log.Texts, Has.Some.Contains("InvalidOperationException: x\\r\\n2030").After(60_000, 5));
        AssertClean(log, plugin.LastFailure, []);
    }

    private static Plugin<ITextTools> Make(FakeProgram program, PluginOptions options, LogRecorder log) =>
        new("test", new FakeSandboxProvider().WithPrograms(program), options, log);

    private static string Log(string entry) => $$"""{"jsonrpc":"2.0","method":"isolation.log","params":[{{entry}}]}""";

    private static string Answer(string error) => $$"""{"jsonrpc":"2.0","id":ID,"error":{{error}}}""";

    /// <summary>
    /// Sends the message, and answers the host's call when the host has answered what the message asked.
    /// </summary>
    private static async Task SendAsync(Stream channel, string message, CancellationToken token)
    {
        bool isAnswer = message.Contains("ID", StringComparison.Ordinal);
        if (!isAnswer)
        {
            await Support.SendAsync(channel, message, token);
        }

        bool isAsked = message.Contains("\"params\":[", StringComparison.Ordinal)
            && message.Contains("\"id\":", StringComparison.Ordinal);
        string? id = null;
        while (id is null || isAsked)
        {
            using JsonDocument received = await Support.ReadAsync(channel, token);
            if (received.RootElement.TryGetProperty("method", out _))
            {
                id = received.RootElement.GetProperty("id").GetRawText();
            }
            else
            {
                isAsked = false;
            }
        }

        string answer = isAnswer ? message : """{"jsonrpc":"2.0","id":ID,"result":"fine"}""";
        await Support.SendAsync(channel, answer.Replace("ID", id, StringComparison.Ordinal), token);
    }

    private static async Task<Exception?> CatchAsync(Func<Task> action)
    {
        try
        {
            await action().WaitAsync(Support.Patience);
            return null;
        }
        catch (Exception exception) when (exception is PluginException or OperationCanceledException)
        {
            return exception;
        }
    }

    private static void AssertClean(LogRecorder log, PluginFailure? failure, IEnumerable<Exception?> thrown)
    {
        foreach (string text in (IEnumerable<string>)[.. log.Texts, .. thrown.Select(one => $"{one}"),
            $"{failure?.Message}{failure?.Exception}"])
        {
            Assert.That(text, Does.Not.Contain("\n2030"));
            Assert.That(text, Does.Not.Match("[\u0007\u001B\u0085\u2028\u202E]"));
        }
    }

    private sealed class Echoes : IHostEchoes
    {
        public Task FailAsync(string text, CancellationToken cancellationToken) =>
            throw new InvalidOperationException(
                text, new AggregateException(text, new IOException(text), new ArgumentException("m", text)));
    }
}
