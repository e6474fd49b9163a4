using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.Plugins.Tests;

/// <summary>Starts, ends, restarts, stops and spares.</summary>
public sealed class SupervisionTests
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
        await StartQuietlyAsync(plugin);
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
        await StartQuietlyAsync(plugin);
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
        PluginRestartPolicy policy = new() { FirstDelay = TimeSpan.FromSeconds(1),
            MaximumDelay = TimeSpan.FromSeconds(5) };

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
        await StartQuietlyAsync(plugin);
        await plugin.ReachesAsync(PluginState.Waiting);
        Task<string> call = plugin.CallAsync((tools, token) => tools.UpperAsync("text", token));

        time.Advance(TimeSpan.FromSeconds(9));
        Assert.That(starts, Is.EqualTo(1));
        while (plugin.State == PluginState.Waiting)
        {
            // The wait begins after its state is told.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.That(await call.WaitAsync(Support.Patience), Is.EqualTo("TEXT"));
    }

    [Test]
    public async Task States_are_told_in_order_and_a_handler_may_do_anything()
    {
        ConcurrentQueue<PluginState> states = new();
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Plugin<ITextTools> plugin = Support.Make(Support.Honest);
        plugin.StateChanged += (_, change) =>
        {
            states.Enqueue(change.Current);
            if (change.Current == PluginState.Ready)
            {
                // Holds up nothing but further events.
                Assert.That(
                    plugin.CallAsync((tools, token) => tools.UpperAsync("text", token)).GetAwaiter().GetResult(),
                    Is.EqualTo("TEXT"));
                plugin.StopAsync().GetAwaiter().GetResult();
            }
            else if (change.Current == PluginState.Stopped)
            {
                stopped.SetResult();
            }

            throw new InvalidOperationException("A handler that fails.");
        };
        await StartQuietlyAsync(plugin);
        await stopped.Task.WaitAsync(Support.Patience);

        Assert.That(states, Is.EqualTo((PluginState[])[PluginState.Starting, PluginState.Ready, PluginState.Stopped]));
    }

    [Test]
    public async Task A_call_in_flight_ends_with_its_process()
    {
        TaskCompletionSource called = new();
        await using Plugin<ITextTools> plugin = Support.Make(async (context, token) =>
        {
            await Support.Raw(async (channel, end) =>
            {
                (await Support.ReadAsync(channel, end)).Dispose();
                called.SetResult();
                await called.Task;
                throw new OperationCanceledException();
            })(context, token).WaitAsync(Support.Patience, CancellationToken.None)
                .ContinueWith(_ => { }, TaskScheduler.Default);
            return FakeExit.WithCode(9);
        });
        await plugin.StartAsync().WaitAsync(Support.Patience);

        PluginUnavailableException exception = (await Assert.ThrowsAsync<PluginUnavailableException>(
            () => plugin.CallAsync((tools, token) => tools.UpperAsync("", token)).WaitAsync(Support.Patience)))!;

        Assert.That(exception.Failure!.Kind, Is.EqualTo(PluginFailureKind.Ended));
        Assert.That(exception.Failure.Result!.ExitCode, Is.EqualTo(9));
    }

    [Test]
    public async Task Calls_are_refused_before_the_start_after_the_stop_and_after_disposal()
    {
        Plugin<ITextTools> plugin = Support.Make(Support.Honest);
        Assert.That(
            async () => await plugin.CallAsync((tools, token) => tools.UpperAsync("", token)),
            Throws.InstanceOf<PluginUnavailableException>());

        await plugin.StartAsync().WaitAsync(Support.Patience);
        await plugin.StopAsync();
        Assert.That(
            async () => await plugin.CallAsync((tools, token) => tools.UpperAsync("", token)),
            Throws.InstanceOf<PluginUnavailableException>());

        await plugin.DisposeAsync();
        await plugin.DisposeAsync();
        Assert.That(
            async () => await plugin.CallAsync((tools, token) => tools.UpperAsync("", token)),
            Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await plugin.StartAsync(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Every_sandbox_is_disposed_of()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(Support.Honest);
        PluginOptions options = Support.Options();
        options.Spares = 2;
        await using (Plugin<ITextTools> plugin = new("test", provider, options))
        {
            await plugin.StartAsync().WaitAsync(Support.Patience);
        }

        Assert.That(provider.Sandboxes, Is.Not.Empty);
        Assert.That(provider.Sandboxes.All(sandbox => sandbox.IsDisposed));
    }

    [Test]
    public async Task A_spare_takes_over_at_once()
    {
        FakeTimeProvider time = new();
        PluginOptions options = Support.Options();
        options.Spares = 1;

        // By the clock of the test a restart would never be due.
        options.Restart = new PluginRestartPolicy { FirstDelay = TimeSpan.FromDays(1),
            MaximumDelay = TimeSpan.FromDays(1), Window = TimeSpan.FromDays(2) };
        ConcurrentQueue<FakeProgramContext> running = new();
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

    [Test]
    public async Task A_sandbox_that_cannot_be_had_is_told()
    {
        PluginOptions options = Support.Options();
        await using Plugin<ITextTools> plugin = new("test", new NoSandboxes(), options);

        PluginUnavailableException refusal = (await Assert.ThrowsAsync<PluginUnavailableException>(
            () => plugin.StartAsync().WaitAsync(Support.Patience)))!;

        Assert.That(refusal.ToString(), Does.Contain("no sandboxes here"));
    }

    [TestCase("Specification")]
    [TestCase("Command")]
    [TestCase("StartTimeout")]
    [TestCase("Spares")]
    [TestCase("Limits.MessageSize")]
    public void Options_are_checked(string name)
    {
        PluginOptions options = Support.Options();
        switch (name)
        {
            case "Specification":
                options.Specification = null;
                break;
            case "Command":
                options.Command = null;
                break;
            case "StartTimeout":
                options.StartTimeout = TimeSpan.Zero;
                break;
            case "Spares":
                options.Spares = -1;
                break;
            default:
                options.Limits = new PluginLimits { MessageSize = 1 };
                break;
        }

        Assert.That(
            () => new Plugin<ITextTools>("test", new FakeSandboxProvider(), options),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains(name));
    }

    [Test]
    public async Task An_application_starts_and_stops_its_plug_ins()
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings());
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(Support.Honest);
        builder.Services.AddSingleton<ISandboxProvider>(provider);
        builder.Services.AddSingleton<IHostNumbers>(new Seven());
        builder.Services.AddPlugin<ITextTools>("one", Configure);
        builder.Services.AddPlugin<ITextTools>("two", Configure);
        using (IHost application = builder.Build())
        {
            await application.StartAsync();
            IPlugin<ITextTools> one = application.Services.GetRequiredKeyedService<IPlugin<ITextTools>>("one");

            Assert.That(await one.CallAsync((tools, token) => tools.AskHostAsync(token)), Is.EqualTo(7));
            Assert.That(application.Services.GetRequiredService<IPlugin<ITextTools>>().Name, Is.EqualTo("two"));
            Assert.That(
                application.Services.GetServices<IPlugin>().Select(plugin => plugin.Name),
                Is.EqualTo((string[])["one", "two"]));
            await application.StopAsync();
            Assert.That(one.State, Is.EqualTo(PluginState.Stopped));
        }

        Assert.That(provider.Sandboxes.All(sandbox => sandbox.IsDisposed));

        static void Configure(PluginOptions options)
        {
            options.Specification = new SandboxSpecification();
            options.Command = new SandboxCommand("plugin");
            options.Grant(services => services!.GetRequiredService<IHostNumbers>());
        }
    }

    private static async Task<FakeExit> Ends(FakeProgramContext context, CancellationToken token)
    {
        using System.Text.Json.JsonDocument request = await Support.ReadAsync(context.Channel!, token);
        await Support.SendAsync(
            context.Channel!,
            $$"""{"jsonrpc":"2.0","id":{{request.RootElement.GetProperty("id").GetRawText()}},"result":1}""", token);
        return FakeExit.WithCode(9);
    }

    private static async Task StartQuietlyAsync(Plugin<ITextTools> plugin)
    {
        try
        {
            await plugin.StartAsync().WaitAsync(Support.Patience);
        }
        catch (PluginUnavailableException)
        {
            // It ended before it was seen ready.
        }
    }

    private sealed class Seven : IHostNumbers
    {
        public Task<int> NextAsync(CancellationToken cancellationToken) => Task.FromResult(7);
    }

    private sealed class NoSandboxes : ISandboxProvider
    {
        public string Name => "none";

        public IsolationSupport Support => new([]);

        public Task<ISandbox> CreateAsync(
            SandboxSpecification specification, CancellationToken cancellationToken = default) =>
            throw new SandboxException("There are no sandboxes here.".ToLowerInvariant());

        public Task<SandboxResult> RunAsync(
            SandboxSpecification specification, SandboxCommand command,
            CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
