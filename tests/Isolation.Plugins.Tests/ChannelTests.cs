using System.Buffers.Binary;
using System.Text.Json;

namespace Isolation.Plugins.Tests;

/// <summary>
/// Messages on the channel: their size, their depth, the first and the last, and a plug-in that does not read them.
/// </summary>
public sealed class ChannelTests
{
    /// <summary>More than a channel holds that nobody reads.</summary>
    private const int Large = 900_000;

    [Test]
    public async Task One_that_does_not_read_its_answers_is_killed()
    {
        TaskCompletionSource stuck = new();
        PluginOptions options = Impatient().Grant<IHostTexts>(new Texts());
        await using Plugin<ITextTools> plugin = Support.Make(
            Support.Raw(async (channel, token) =>
            {
                await Support.SendAsync(
                    channel,
                    $$"""{"jsonrpc":"2.0","id":1,"method":"IHostTexts.RepeatAsync","params":[{{Large}}]}""", token);

                // The answer has begun, and cannot end.
                await channel.ReadExactlyAsync(new byte[1], token);
                stuck.SetResult();
            }),
            options);
        await plugin.StartAsync().WaitAsync(Support.Patience);
        await stuck.Task.WaitAsync(Support.Patience);

        await IsKilledForAsync(plugin, "text", stuck.Task);
    }

    [Test]
    public async Task One_that_does_not_read_a_large_call_is_killed()
    {
        TaskCompletionSource begun = new();
        await using Plugin<ITextTools> plugin = Support.Make(
            Support.Raw(async (channel, token) =>
            {
                await channel.ReadExactlyAsync(new byte[1], token);
                begun.SetResult();
            }),
            Impatient());
        await plugin.StartAsync().WaitAsync(Support.Patience);

        await IsKilledForAsync(plugin, new string('x', Large), begun.Task);
    }

    [Test]
    public async Task A_large_call_that_is_canceled_is_sent_to_its_end()
    {
        TaskCompletionSource begun = new(), canceled = new(), read = new();
        PluginOptions options = Support.Options();
        options.CancellationGrace = Support.Patience;
        List<string> methods = [];
        await using Plugin<ITextTools> plugin = Support.Make(
            Support.Raw(async (channel, token) =>
            {
                byte[] header = new byte[4];
                await channel.ReadExactlyAsync(header, token);
                begun.SetResult();
                await canceled.Task;
                byte[] call = new byte[BinaryPrimitives.ReadInt32BigEndian(header)];
                await channel.ReadExactlyAsync(call, token);
                methods.Add(JsonDocument.Parse(call).RootElement.GetProperty("method").GetString()!);
                while (methods.LastOrDefault() != "$/cancelRequest")
                {
                    using JsonDocument message = await Support.ReadAsync(channel, token);
                    methods.Add(message.RootElement.GetProperty("method").GetString()!);
                }

                read.SetResult();
            }),
            options);
        await plugin.StartAsync().WaitAsync(Support.Patience);

        await CancelAsync(plugin, new string('x', Large), begun.Task);
        canceled.SetResult();
        await read.Task.WaitAsync(Support.Patience);

        Assert.That(methods, Is.EqualTo((string[])["ITextTools.UpperAsync", "$/cancelRequest"]));
    }

    [Test]
    public async Task A_larger_size_holds_both_ways()
    {
        PluginOptions options = Support.Options();
        options.Limits = new PluginLimits { MessageSize = 8 << 20 };
        await using Plugin<ITextTools> plugin = Support.Make(Support.Honest, options);
        await plugin.StartAsync().WaitAsync(Support.Patience);

        string answer = await plugin.CallAsync((tools, token) => tools.UpperAsync(new string('x', 2 << 20), token));

        Assert.That(answer, Has.Length.EqualTo(2 << 20));
    }

    [TestCase(4)]
    [TestCase(10)]
    [TestCase(64)]
    public async Task As_deep_as_is_allowed_is_a_message(int depth)
    {
        LogRecorder log = new();
        await using Plugin<ITextTools> plugin = Support.Make(SendsNested(depth), Depth(depth), log);
        await plugin.StartAsync().WaitAsync(Support.Patience);

        await log.FindAsync("so deep").WaitAsync(Support.Patience);
        Assert.That(plugin.State, Is.EqualTo(PluginState.Ready));
    }

    [TestCase(4)]
    [TestCase(10)]
    [TestCase(64)]
    public async Task Deeper_than_is_allowed_is_none(int depth)
    {
        await using Plugin<ITextTools> plugin = Support.Make(SendsNested(depth + 1), Depth(depth));
        try
        {
            await plugin.StartAsync().WaitAsync(Support.Patience);
        }
        catch (PluginUnavailableException)
        {
            // It was quicker than the start.
        }

        await plugin.ReachesAsync(PluginState.Failed);

        Assert.That(plugin.LastFailure!.Kind, Is.EqualTo(PluginFailureKind.ProtocolViolation));
        Assert.That(plugin.LastFailure.Message, Does.Contain("sent an invalid message"));
    }

    [TestCase(3)]
    [TestCase(65)]
    public void A_depth_that_cannot_be_had_is_refused(int depth) =>
        Assert.That(
            () => Support.Make(Support.Honest, Depth(depth)),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("MessageDepth"));

    [TestCase("[]")]
    [TestCase("[\"text\"]")]
    [TestCase("[{\"a\":[1]}]")]
    [TestCase("[1,2,3]")]
    [TestCase("{\"length\":\"text\"}")]
    [TestCase("{\"other\":1}")]
    public async Task Wrong_arguments_are_refused_without_a_word_of_the_host(string arguments)
    {
        TaskCompletionSource<string> reply = new();
        await using Plugin<ITextTools> plugin = Support.Make(
            Support.Raw(async (channel, token) =>
            {
                await Support.SendAsync(
                    channel,
                    $$"""{"jsonrpc":"2.0","id":1,"method":"IHostTexts.RepeatAsync","params":{{arguments}}}""", token);
                using JsonDocument answer = await Support.ReadAsync(channel, token);
                reply.SetResult(answer.RootElement.GetProperty("error").GetRawText());
            }),
            Support.Options().Grant<IHostTexts>(new Texts()));
        await plugin.StartAsync().WaitAsync(Support.Patience);

        string error = await reply.Task.WaitAsync(Support.Patience);

        Assert.That(error, Does.Contain("The arguments are invalid.").And.Contain("-32602"));
        Assert.That(
            error,
            Does.Not.Contain("System").And.Not.Contain("Isolation").And.Not.Contain("Texts").And.Not.Contain("stack"));
    }

    [TestCase(
        """{"jsonrpc":"2.0","id":ID,"error":{"code":7,"message":"I will\u001b not\r\nforged"}}""",
        @"rejected the initialization request: I will\u001B not\r\nforged")]
    [TestCase("""{"jsonrpc":"2.0","id":ID,"result":"I\nwill"}""", "rejected the initialization request: ")]
    [TestCase(
        """{"jsonrpc":"2.0","id":ID,"error":{"code":-32800,"message":"no"}}""",
        "rejected the initialization request: ")]
    [TestCase("""{"jsonrpc":"2.0","id":ID,"result":2}""", "speaks version 2")]
    public async Task One_that_refuses_to_start_is_told_with_its_reason(string answer, string reason)
    {
        await using Plugin<ITextTools> plugin = Support.Make(async (context, token) =>
        {
            using JsonDocument request = await Support.ReadAsync(context.Channel!, token);
            await Support.SendAsync(
                context.Channel!, answer.Replace(
                    "ID", request.RootElement.GetProperty("id").GetRawText(), StringComparison.Ordinal), token);
            await Task.Delay(Timeout.Infinite, token);
            return FakeExit.Success;
        });

        PluginUnavailableException refusal = (await Assert.ThrowsAsync<PluginUnavailableException>(
            () => plugin.StartAsync().WaitAsync(Support.Patience)))!;

        Assert.That(refusal.ToString(), Does.Contain(reason).And.Not.Match("\u001b|\nforged"));
        Assert.That(plugin.LastFailure!.Exception, Is.Null);
    }

    [Test]
    public async Task Messages_sent_just_before_the_end_are_received()
    {
        const int Count = 40;
        LogRecorder log = new();
        await using Plugin<ITextTools> plugin = Support.Make(
            async (context, token) =>
            {
                using JsonDocument request = await Support.ReadAsync(context.Channel!, token);
                await Support.SendAsync(
                    context.Channel!,
                    $$"""{"jsonrpc":"2.0","id":{{request.RootElement.GetProperty("id").GetRawText()}},"result":1}""",
                    token);
                for (int i = 0; i < Count; i++)
                {
                    await Support.SendAsync(
                        context.Channel!,
                        """{"jsonrpc":"2.0","method":"isolation.log","params":[{"message":"last words"}]}""", token);
                }

                return FakeExit.WithCode(3);
            },
            log: log);
        try
        {
            await plugin.StartAsync().WaitAsync(Support.Patience);
        }
        catch (PluginUnavailableException)
        {
            // It was quicker than the start.
        }

        await plugin.ReachesAsync(PluginState.Failed);

        Assert.That(log.Lines.Count(line => line.Contains("last words", StringComparison.Ordinal)), Is.EqualTo(Count));
    }

    private static PluginOptions Impatient()
    {
        PluginOptions options = Support.Options();
        options.CancellationGrace = TimeSpan.FromMilliseconds(50);
        return options;
    }

    private static PluginOptions Depth(int depth)
    {
        PluginOptions options = Support.Options();
        options.Limits = new PluginLimits { MessageDepth = depth };
        return options;
    }

    /// <summary>The message, its parameters and the entry are three levels.</summary>
    private static FakeProgram SendsNested(int depth) => Support.Raw((channel, token) => Support.SendAsync(
        channel,
        """{"jsonrpc":"2.0","method":"isolation.log","params":[{"message":"so deep","further":"""
            + $"{new string('[', depth - 3)}{new string(']', depth - 3)}}}]}}",
        token));

    /// <summary>Makes a call and cancels it at some time.</summary>
    private static async Task CancelAsync(Plugin<ITextTools> plugin, string text, Task time)
    {
        using CancellationTokenSource source = new();
        Task call = plugin.CallAsync((tools, token) => tools.UpperAsync(text, token), cancellationToken: source.Token);
        await time.WaitAsync(Support.Patience);
        await source.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => call.WaitAsync(Support.Patience));
    }

    private static async Task IsKilledForAsync(Plugin<ITextTools> plugin, string text, Task begun)
    {
        await CancelAsync(plugin, text, begun);
        await plugin.ReachesAsync(PluginState.Failed);

        Assert.That(plugin.LastFailure!.Kind, Is.EqualTo(PluginFailureKind.Unresponsive));
    }

    private sealed class Texts : IHostTexts
    {
        public Task<string> RepeatAsync(int length, CancellationToken cancellationToken) =>
            Task.FromResult(new string('x', length));
    }
}
