using System.Text;
using System.Text.Json;

namespace Isolation.Plugins.Tests;

/// <summary>Plug-ins that log, call and write more than the limits allow.</summary>
public sealed class FloodTests
{
    [Test]
    public async Task A_flood_of_log_entries_is_thinned()
    {
        const int Count = 5000;
        PluginOptions options = Support.Options();
        options.Limits = new PluginLimits
        {
            LogLinesPerSecond = 10,
            RequestsPerSecond = 1_000_000,
            LogLineLength = 100,
        };
        LogRecorder log = new();
        string entry = """{"jsonrpc":"2.0","method":"isolation.log","params":[{"level":"Critical","category":"c","""
            + $$""" "message":"{{new string('m', 500)}}"}]}""";
        TaskCompletionSource sent = new();
        await using Plugin<ITextTools> plugin = Support.Make(
            Support.Raw(async (channel, token) =>
            {
                for (int i = 0; i < Count; i++)
                {
                    await Support.SendAsync(channel, entry, token);
                }

                sent.SetResult();
            }),
            options,
            log);
        await plugin.StartQuietlyAsync();
        await sent.Task.WaitAsync(Support.Patience);
        await plugin.StopAsync();

        Assert.That(log.Of(Support.PluginMessage).Select(line => line.Text), Has.All.Length.LessThan(150));
        Assert.That(log.Of(Support.PluginMessage).Count(), Is.InRange(10, Count / 2));
        Assert.That(log.CountOf(4103), Is.GreaterThan(0));
    }

    [Test]
    public async Task A_flood_of_requests_waits_for_its_turn()
    {
        const int AtOnce = 4;
        PluginOptions options = Support.Options();
        options.Limits = new PluginLimits { ConcurrentHostCalls = AtOnce, RequestsPerSecond = 1_000_000 };
        SlowNumbers numbers = new();
        options.Grant<IHostNumbers>(numbers);
        TaskCompletionSource answered = new();
        await using Plugin<ITextTools> plugin = Support.Make(
            Support.Raw(async (channel, token) =>
            {
                Task reading = Task.Run(
                    async () =>
                    {
                        for (int i = 0; i < 500; i++)
                        {
                            (await Support.ReadAsync(channel, token)).Dispose();
                        }
                    },
                    token);
                for (int i = 0; i < 500; i++)
                {
                    await Support.SendAsync(
                        channel,
                        $$"""{"jsonrpc":"2.0","id":{{i}},"method":"IHostNumbers.NextAsync","params":[]}""", token);
                }

                await reading;
                answered.SetResult();
            }),
            options);
        await plugin.StartQuietlyAsync();
        await answered.Task.WaitAsync(Support.Patience);

        Assert.That(numbers.MostAtOnce, Is.InRange(1, AtOnce));
        Assert.That(plugin.State, Is.EqualTo(PluginState.Ready));
    }

    [Test]
    public async Task Standard_error_is_logged_line_by_line_and_kept_for_the_end()
    {
        LogRecorder log = new();
        await using Plugin<ITextTools> plugin = Support.Make(
            async (context, token) =>
            {
                using JsonDocument request = await Support.ReadAsync(context.Channel!, token);
                await Support.SendAsync(
                    context.Channel!,
                    $$"""{"jsonrpc":"2.0","id":{{request.RootElement.GetProperty("id").GetRawText()}},"result":1}""",
                    token);
                await context.StandardError.WriteAsync(
                    Encoding.UTF8.GetBytes("one\r\ntwo\u0007\n" + new string('x', 50_000)), token);
                return FakeExit.WithCode(3);
            },
            log: log);
        await plugin.StartQuietlyAsync();
        await plugin.ReachesAsync(PluginState.Failed);

        Assert.That(plugin.LastFailure!.Message, Is.EqualTo("It exited with code 3."));
        Assert.That(plugin.LastFailure.LastError, Has.Length.LessThanOrEqualTo(4096));
        Assert.That(
            log.Of(Support.PluginMessage).Select(line => line.Text),
            Has.Some.EqualTo("test: one (standard error)").And.Some.EqualTo(@"test: two\u0007 (standard error)"));
    }
}
