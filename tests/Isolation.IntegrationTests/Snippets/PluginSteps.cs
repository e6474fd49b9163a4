using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Support;
using Isolation.Linux;
using Isolation.Plugins;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>The snippets of docs/plugins.md.</summary>
public sealed class PluginSteps
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "Isolation.TestPlugin.dll");

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Host()
    {
        Groups.Require();
        string assembly = Assembly;
        ILoggerFactory loggerFactory = NullLoggerFactory.Instance;
        CancellationToken cancellationToken = CancellationToken.None;

        // The program of the tests does not implement this interface, so the call fails and names it.
        Assert.That(
            async () => await CallAsync(),
            Throws.InstanceOf<PluginCallException>().With.Message.Contains("IGreeter.GreetAsync"));

        async Task CallAsync()
        {
            // snippet: plugin-host
            PluginOptions options = new PluginOptions { CallTimeout = TimeSpan.FromSeconds(20), Spares = 1 }
                .UseDotNetProgram(assembly)
                .Grant<IHostClock>(new HostClock());
            await using Plugin<IGreeter> plugin = new("greeter", LinuxSandboxProvider.Default, options, loggerFactory);
            await plugin.StartAsync(cancellationToken);

            string greeting = await plugin.CallAsync(
                (greeter, token) => greeter.GreetAsync("you", token), TimeSpan.FromSeconds(10), cancellationToken);
            // snippet end
        }
    }

    [Test]
    public async Task Injection()
    {
        Groups.Require();
        string assembly = Assembly;
        ServiceCollection services = new();

        // snippet: plugin-injection
        services.AddIsolation().AddLinux();
        services.AddPlugin<IGreeter>("greeter", options => options
            .UseDotNetProgram(assembly)
            .Grant<IHostClock>(_ => new HostClock()));
        // snippet end

        await using ServiceProvider application = services.BuildServiceProvider();
        IPlugin<IGreeter> plugin = application.GetRequiredService<IPlugin<IGreeter>>();
        await plugin.StartAsync().WaitAsync(Guest.Patience);
        Assert.That(plugin.State, Is.EqualTo(PluginState.Ready));
    }

    [Test]
    public void Author()
    {
        Assert.That(RunAsync, Throws.InvalidOperationException.With.Message.Contains("cannot run on its own"));

        static async Task<int> RunAsync()
        {
            // snippet: plugin-program
            return await PluginProgram.RunAsync<IGreeter>(context => new Greeter(context));
            // snippet end
        }
    }

    // snippet: plugin-contract
    public interface IGreeter
    {
        Task<string> GreetAsync(string name, CancellationToken cancellationToken);
    }
    // snippet end

    public interface IHostClock
    {
        Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken);
    }

    private sealed class HostClock : IHostClock
    {
        public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) =>
            Task.FromResult(DateTimeOffset.UtcNow);
    }

    private sealed class Greeter(PluginContext context) : IGreeter
    {
        private readonly IHostClock _clock = context.GetHost<IHostClock>();

        public async Task<string> GreetAsync(string name, CancellationToken cancellationToken) =>
            $"{name}, it is {await _clock.NowAsync(cancellationToken)}.";
    }
}
