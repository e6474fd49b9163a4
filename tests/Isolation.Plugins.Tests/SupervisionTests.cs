using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isolation.Plugins.Tests;

/// <summary>Starts, states, stops and disposal.</summary>
public sealed class SupervisionTests
{
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
        await plugin.StartQuietlyAsync();
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
    public async Task The_error_of_the_sandbox_is_reported()
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
