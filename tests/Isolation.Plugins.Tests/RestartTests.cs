using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.Plugins.Tests;

/// <summary>Restarts after an end, their delays and limits, and spares.</summary>
public sealed class RestartTests
{
    [Test]
    public async Task It_is_started_again_after_an_end()
    {
        PluginOptions options = Support.Options();
        options.Restart = new PluginRestartPolicy { FirstDelay = TimeSpan.FromMilliseconds(1) };
        int starts = 0;
        await using Plugin<ITextTools> plugin = Support.Make(
            (context, token) => Interlocked.Increment(ref starts) <= 2
                ? Ends(context, token)
                : Support.Honest(context, token), options);
        await plugin.StartAsync().WaitAsync(Support.Patience);

        while (starts < 3)
        {
            await Task.Yield();
        }

        Assert.That(await plugin.CallAsync((tools, token) => tools.UpperAsync("text", token)), Is.EqualTo("TEXT"));
    }

    [Test]
    public async Task It_is_given_up_after_too_many_ends_and_can_be_started_by_hand()
    {
        PluginOptions options = Support.Options();
        options.Restart = new PluginRestartPolicy { MaximumRestarts = 3, FirstDelay = TimeSpan.FromMilliseconds(1) };
        int starts = 0;
        bool isHealed = false;
        await using Plugin<ITextTools> plugin = Support.Make(
            (context, token) =>
            {
                Interlocked.Increment(ref starts);
                return Volatile.Read(ref isHealed) ? Support.Honest(context, token) : Ends(context, token);
            },
            options);
        await plugin.StartQuietlyAsync();
        await plugin.ReachesAsync(PluginState.Failed);

        Assert.That(starts, Is.EqualTo(4));
        PluginUnavailableException refusal = (await Assert.ThrowsAsync<PluginUnavailableException>(
            () => plugin.CallAsync((tools, token) => tools.UpperAsync("", token))))!;
        Assert.That(refusal.Message, Does.Contain("too often").And.Contain("code 9"));

        Volatile.Write(ref isHealed, true);
        await plugin.StartAsync().WaitAsync(Support.Patience);
        Assert.That(await plugin.CallAsync((tools, token) => tools.UpperAsync("text", token)), Is.EqualTo("TEXT"));
    }

    [Test]
    public async Task It_can_be_started_by_hand_while_its_spares_are_cleared_away()
    {
        PluginOptions options = Support.Options();
        options.Spares = 1;
        int starts = 0;
        await using Plugin<ITextTools> plugin = Support.Make(
            async (context, token) =>
            {
                int number = Interlocked.Increment(ref starts);
                if (number == 2)
                {
                    // A spare that never becomes ready.
                    await Task.Delay(Timeout.Infinite, token);
                }

                return await (number == 1 ? Ends(context, token) : Support.Honest(context, token));
            },
            options);
        await plugin.StartQuietlyAsync();
        await plugin.ReachesAsync(PluginState.Failed);
        while (Volatile.Read(ref starts) < 2)
        {
            await Task.Yield();
        }

        await plugin.StartAsync().WaitAsync(Support.Patience);

        Assert.That(await plugin.CallAsync((tools, token) => tools.UpperAsync("text", token)), Is.EqualTo("TEXT"));
    }

    [Test]
    public void Each_restart_waits_twice_as_long_as_the_one_before()
    {
        PluginRestartPolicy policy = new()
        {
            FirstDelay = TimeSpan.FromSeconds(1),
            MaximumDelay = TimeSpan.FromSeconds(5),
        };

        Assert.That(
            Enumerable.Range(0, 5).Select(restart => policy.DelayOf(restart).TotalSeconds),
            Is.EqualTo((double[])[1, 2, 4, 5, 5]));
        Assert.That(policy.DelayOf(int.MaxValue), Is.EqualTo(policy.MaximumDelay));
    }

    [Test]
    public async Task A_restart_waits_by_the_clock()
    {
        FakeTimeProvider time = new();
        PluginOptions options = Support.Options();
        options.Restart = new PluginRestartPolicy { FirstDelay = TimeSpan.FromSeconds(10) };

        // The clock may be ahead of the threads.
        options.CallTimeout = options.StartTimeout = TimeSpan.FromDays(20);
        int starts = 0;
        await using Plugin<ITextTools> plugin = Support.Make(
            (context, token) => Interlocked.Increment(ref starts) == 1
                ? Ends(context, token)
                : Support.Honest(context, token), options, time: time);
        await plugin.StartQuietlyAsync();
        await plugin.ReachesAsync(PluginState.Waiting);
        Task<string> call = plugin.CallAsync((tools, token) => tools.UpperAsync("text", token));

        time.Advance(TimeSpan.FromSeconds(9));
        Assert.That(starts, Is.EqualTo(1));
        while (plugin.State == PluginState.Waiting)
        {
            // The wait begins after the change of state is published.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.That(await call.WaitAsync(Support.Patience), Is.EqualTo("TEXT"));
    }

    [Test]
    public async Task A_spare_takes_over_at_once()
    {
        FakeTimeProvider time = new();
        PluginOptions options = Support.Options();
        options.Spares = 1;

        // By the clock of the test a restart would never be due.
        options.Restart = new PluginRestartPolicy
        {
            FirstDelay = TimeSpan.FromDays(1),
            MaximumDelay = TimeSpan.FromDays(1),
            Window = TimeSpan.FromDays(2),
        };
        TaskCompletionSource<FakeExit> crash = new();
        int starts = 0;
        await using Plugin<ITextTools> plugin = Support.Make(
            async (context, token) =>
            {
                int number = Interlocked.Increment(ref starts);
                Task<FakeExit> honest = Support.Honest(context, token);
                return await (number == 1 ? await Task.WhenAny(honest, crash.Task) : honest);
            },
            options,
            time: time);
        await plugin.StartAsync().WaitAsync(Support.Patience);
        while (Volatile.Read(ref starts) < 2)
        {
            await Task.Yield();
        }

        crash.SetResult(FakeExit.WithCode(9));
        while (Volatile.Read(ref starts) < 3)
        {
            await Task.Yield();
        }

        Assert.That(
            await plugin.CallAsync((tools, token) => tools.UpperAsync("text", token)).WaitAsync(Support.Patience),
            Is.EqualTo("TEXT"));
        Assert.That(plugin.LastFailure!.Result!.ExitCode, Is.EqualTo(9));
    }

    private static async Task<FakeExit> Ends(FakeProgramContext context, CancellationToken token)
    {
        using JsonDocument request = await Support.ReadAsync(context.Channel!, token);
        await Support.SendAsync(
            context.Channel!,
            $$"""{"jsonrpc":"2.0","id":{{request.RootElement.GetProperty("id").GetRawText()}},"result":1}""", token);
        return FakeExit.WithCode(9);
    }
}
