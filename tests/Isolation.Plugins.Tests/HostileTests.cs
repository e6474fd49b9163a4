using System.Text;
using System.Text.Json;

namespace Isolation.Plugins.Tests;

/// <summary>Messages of hostile plug-ins: the plug-in is killed or delayed, and the application goes on.</summary>
public sealed class HostileTests
{
    private static readonly string[] Replies = [Answer("null"), Answer("\"text\""), Answer("{}"), Answer("[1]"),
        Answer("1e400"), Answer("99999999999")];

    private static IEnumerable<TestCaseData<byte[], string>> Violations()
    {
        yield return Case("a length of 4 GiB", [0xFF, 0xFF, 0xFF, 0xFF], "announced a message of 4294967295 bytes");
        yield return Case("a length of 2 GiB", [0x7F, 0xFF, 0xFF, 0xFF], "announced a message");
        yield return Case("a length of none", [0, 0, 0, 0], "announced a message of 0 bytes");
        yield return Case("no JSON", Framed("{\"jsonrpc\":"), "sent an invalid message");
        yield return Case("no text", Framed([0xFF, 0xFE, 0x00]), "sent an invalid message");
        yield return Case("no message", Framed("{}"), "");
        yield return Case("a number", Framed("1"), "");
        yield return Case("a batch", Framed("[{\"jsonrpc\":\"2.0\",\"method\":\"isolation.log\"}]"), "");
        yield return Case(
            "deep JSON", Framed(
                "{\"jsonrpc\":\"2.0\",\"method\":\"isolation.log\",\"params\":"
                + new string('[', 100_000) + new string(']', 100_000) + "}"), "");
        yield return Case(
            "an answer to nothing", Framed("{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":1}"),
            "answered a call that was not made");
        yield return Case(
            "an error for nothing", Framed("{\"jsonrpc\":\"2.0\",\"id\":77,\"error\":{\"code\":1,\"message\":\"\"}}"),
            "answered a call that was not made");
        yield return Case("an answer without a number", Framed("{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":1}"), "");
        yield return Case(
            "an unknown notification", Framed(
                "{\"jsonrpc\":\"2.0\",\"method\":\"ITextTools.UpperAsync\",\"params\":[]}"), "notification");
        yield return Case(
            "progress", Framed("{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":[1,2]}"), "notification");
        yield return Case(
            "a log entry that is none", Framed(
                "{\"jsonrpc\":\"2.0\",\"method\":\"isolation.log\",\"params\":[[1]]}"), "");
        yield return Case(
            "a log entry without anything", Framed("{\"jsonrpc\":\"2.0\",\"method\":\"isolation.log\"}"), "log entry");

        static TestCaseData<byte[], string> Case(string name, byte[] bytes, string reason) =>
            new TestCaseData<byte[], string>(bytes, reason).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Violations))]
    public async Task An_invalid_message_ends_the_plug_in(byte[] bytes, string reason)
    {
        await using Plugin<ITextTools> plugin = Support.Make(
            Support.Raw(async (channel, token) => await channel.WriteAsync(bytes, token)));
        await plugin.StartQuietlyAsync();
        await plugin.ReachesAsync(PluginState.Failed);

        Assert.That(plugin.LastFailure!.Kind, Is.EqualTo(PluginFailureKind.ProtocolViolation));
        Assert.That(plugin.LastFailure.Message, Does.Contain(reason));
        Assert.That(plugin.LastFailure.Result!.Signal, Is.EqualTo(UnixSignal.SIGKILL));
    }

    [Test]
    public async Task A_message_that_is_cut_off_is_an_end()
    {
        await using Plugin<ITextTools> plugin = Support.Make(Support.Raw(async (channel, token) =>
        {
            await channel.WriteAsync(new byte[] { 0, 0, 0, 9, 1 }, token);
            await channel.DisposeAsync();
        }));
        await plugin.StartQuietlyAsync();
        await plugin.ReachesAsync(PluginState.Failed);

        Assert.That(plugin.LastFailure!.Message, Does.Contain("middle of a message"));
    }

    [Test]
    public async Task A_large_length_takes_no_memory()
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await An_invalid_message_ends_the_plug_in([0x7F, 0xFF, 0xFF, 0xFF], "announced");

        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(64 << 20));
    }

    [TestCaseSource(nameof(Replies))]
    public async Task An_answer_of_another_kind_is_an_error_of_the_call(string answer)
    {
        await using Plugin<ITextTools> plugin = Support.Make(Support.Raw(async (channel, token) =>
        {
            while (true)
            {
                using JsonDocument request = await Support.ReadAsync(channel, token);
                await Support.SendAsync(
                    channel, answer.Replace(
                        "ID", request.RootElement.GetProperty("id").GetRawText(), StringComparison.Ordinal), token);
            }
        }));
        await plugin.StartQuietlyAsync();

        if (answer == Replies[0])
        {
            Assert.That(
                async () => await plugin.CallAsync((tools, token) => tools.AskHostAsync(token)),
                Throws.InstanceOf<PluginException>());
        }
        else if (answer != Replies[1])
        {
            Assert.That(
                async () => await plugin.CallAsync((tools, token) => tools.UpperAsync("", token)),
                Throws.InstanceOf<PluginException>());
        }
        else
        {
            Assert.That(
                async () => await plugin.CallAsync((tools, token) => tools.AskHostAsync(token)),
                Throws.InstanceOf<PluginException>());
        }
    }

    [Test]
    public async Task An_error_is_cleaned_and_cut()
    {
        string message = JsonSerializer.Serialize("a\u001b[31m\r\nforged " + new string('x', 10_000));
        await using Plugin<ITextTools> plugin = Support.Make(Support.Raw(async (channel, token) =>
        {
            using JsonDocument request = await Support.ReadAsync(channel, token);
            string id = request.RootElement.GetProperty("id").GetRawText();
            await Support.SendAsync(
                channel,
                $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":7,"message":{{{message}}},"""
                    + """ "data":{"type":"System.IO.FileInfo","message":"x"} } }""",
                token);
        }));
        await plugin.StartQuietlyAsync();

        PluginCallException exception = (await Assert.ThrowsAsync<PluginCallException>(
            () => plugin.CallAsync((tools, token) => tools.UpperAsync("", token))))!;

        Assert.That(exception.Message, Does.StartWith(@"a\u001B[31m\r\nforged x").And.Length.LessThan(5000));
        Assert.That(exception.ToString(), Does.Not.Match("\u001b|\nforged").And.Length.LessThan(8000));
        Assert.That(exception.ErrorCode, Is.EqualTo(7));
    }

    [Test]
    public async Task One_that_never_answers_is_killed()
    {
        PluginOptions options = Support.Options();
        options.CancellationGrace = TimeSpan.FromMilliseconds(50);
        await using Plugin<ITextTools> plugin = Support.Make(Support.Raw((_, _) => Task.CompletedTask), options);
        await plugin.StartQuietlyAsync();

        Assert.That(
            async () => await plugin.CallAsync(
                (tools, token) => tools.UpperAsync("", token), TimeSpan.FromMilliseconds(50)),
            Throws.InstanceOf<TimeoutException>());
        await plugin.ReachesAsync(PluginState.Failed);

        Assert.That(plugin.LastFailure!.Kind, Is.EqualTo(PluginFailureKind.Unresponsive));
    }

    [Test]
    public async Task One_that_never_is_ready_is_killed()
    {
        PluginOptions options = Support.Options();
        options.StartTimeout = TimeSpan.FromMilliseconds(100);
        await using Plugin<ITextTools> plugin = Support.Make(
            async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return FakeExit.Success;
            },
            options);

        PluginUnavailableException refusal = (await Assert.ThrowsAsync<PluginUnavailableException>(
            () => plugin.StartAsync().WaitAsync(Support.Patience)))!;

        Assert.That(refusal.Failure!.Kind, Is.EqualTo(PluginFailureKind.StartFailed));
        Assert.That(plugin.State, Is.EqualTo(PluginState.Failed));
    }

    [TestCase("IHostNumbers.Next2Async")]
    [TestCase("ToString")]
    [TestCase("IHostNumbers.GetHashCode")]
    [TestCase("Dispose")]
    [TestCase("rpc.on")]
    [TestCase("$/enumerator/next")]
    [TestCase("$/invokeProxy/1/x")]
    [TestCase("$/releaseMarshaledObject")]
    [TestCase("isolation.initialize")]
    public async Task Methods_that_are_not_granted_are_refused(string method)
    {
        TaskCompletionSource<string> reply = new();
        await using Plugin<ITextTools> plugin = Support.Make(
            Support.Raw(async (channel, token) =>
            {
                await Support.SendAsync(
                    channel, $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":[]}""", token);
                using JsonDocument answer = await Support.ReadAsync(channel, token);
                reply.SetResult(answer.RootElement.GetRawText());
            }),
            Support.Options().Grant<IHostNumbers>(new SlowNumbers()));
        await plugin.StartQuietlyAsync();

        Assert.That(await reply.Task.WaitAsync(Support.Patience), Does.Contain("error").And.Contain("-32601"));
    }

    private static string Answer(string result) => $$"""{"jsonrpc":"2.0","id":ID,"result":{{result}}}""";

    private static byte[] Framed(string json) => Framed(Encoding.UTF8.GetBytes(json));

    private static byte[] Framed(byte[] content) => [.. BitConverter.GetBytes(content.Length).Reverse(), .. content];
}
