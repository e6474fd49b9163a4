using Isolation.IntegrationTests.Robustness;
using Isolation.IntegrationTests.Support;
using Isolation.Plugins;
using Isolation.TestPlugin;
using Microsoft.Extensions.Logging;

namespace Isolation.IntegrationTests.Plugins;

/// <summary>A plug-in in .NET, in the sandbox that is made for such.</summary>
public sealed class DotNetPluginTests
{
    private static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "Isolation.TestPlugin.dll");

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task It_is_called_and_calls_back()
    {
        LogRecorder log = new();
        await using Plugin<ITestPlugin> plugin = Make(Options().Grant<ITestHost>(new Host()), log);
        await plugin.StartAsync().WaitAsync(Guest.Patience);
        Point point = new(1, 0.5, "ü\n\"", [new Point(2, double.MaxValue, null, [])]);

        Assert.That(await plugin.CallAsync((test, token) => test.EchoAsync("text", token)), Is.EqualTo("text"));
        Point mirrored = await plugin.CallAsync((test, token) => test.MirrorAsync(point, token));
        Assert.That((mirrored.X, mirrored.Y, mirrored.Name, mirrored.Children[0].X), Is.EqualTo((-1, 0.5, "ü\n\"", 2)));
        Assert.That(await plugin.CallAsync((test, token) => test.AskHostAsync("what", token)), Is.EqualTo("what? 42"));
        await plugin.CallAsync((test, token) => test.LogAsync("a line\nand another", token));
        Assert.That(
            await log.FindAsync("a line").WaitAsync(Guest.Patience),
            Is.EqualTo((LogLevel.Warning, "test: a line\\nand another (test)")));

        // It is alone with init.
        Assert.That(await plugin.CallAsync((test, token) => test.DescribeAsync(token)), Has.Length.LessThan(10));
    }

    [Test]
    public async Task It_is_started_again_after_a_crash_which_is_told()
    {
        LogRecorder log = new();
        await using Plugin<ITestPlugin> plugin = Make(Options(), log);
        await plugin.StartAsync().WaitAsync(Guest.Patience);

        PluginUnavailableException crash = (await Assert.ThrowsAsync<PluginUnavailableException>(
            () => plugin.CallAsync((test, token) => test.CrashAsync("on purpose", token))))!;

        Assert.That(crash.Failure!.Result!.Signal, Is.EqualTo(UnixSignal.SIGABRT));
        Assert.That(crash.Failure.LastError, Does.Contain("on purpose"));
        Assert.That(await plugin.CallAsync((test, token) => test.EchoAsync("again", token)), Is.EqualTo("again"));
    }

    [Test]
    public async Task An_endless_loop_is_ended_and_another_process_takes_its_place()
    {
        PluginOptions options = Options();
        options.CancellationGrace = TimeSpan.FromMilliseconds(100);
        options.Spares = 1;
        await using Plugin<ITestPlugin> plugin = Make(options);
        await plugin.StartAsync().WaitAsync(Guest.Patience);

        Assert.That(
            async () => await plugin.CallAsync((test, token) => test.SpinAsync(token), TimeSpan.FromMilliseconds(100)),
            Throws.InstanceOf<TimeoutException>());
        while (plugin.LastFailure is null)
        {
            await Task.Yield();
        }

        Assert.That(plugin.LastFailure.Kind, Is.EqualTo(PluginFailureKind.Unresponsive));
        Assert.That(await plugin.CallAsync((test, token) => test.EchoAsync("again", token)), Is.EqualTo("again"));
    }

    [Test]
    public async Task It_ends_by_itself_when_its_channel_is_closed()
    {
        PluginOptions options = Options();
        options.StopGrace = Guest.Patience;
        LogRecorder log = new();
        await using Plugin<ITestPlugin> plugin = Make(options, log);
        await plugin.StartAsync().WaitAsync(Guest.Patience);

        await plugin.StopAsync().WaitAsync(Guest.Patience / 2);

        Assert.That(plugin.LastFailure, Is.Null);
        Assert.That(plugin.State, Is.EqualTo(PluginState.Stopped));
    }

    [Test]
    public async Task Nothing_is_left_of_it()
    {
        await StartCrashAndStopAsync();
        HostState before = HostState.Capture();

        await StartCrashAndStopAsync();
        HostState after = HostState.Capture();

        Assert.That(after.Children, Is.EqualTo(before.Children));
        Assert.That(
            after.Descriptors, Has.Length.LessThanOrEqualTo(before.Descriptors.Length),
            () => string.Join('\n', after.Descriptors.Except(before.Descriptors)));
    }

    [Test]
    public void A_program_that_is_not_there_is_told() =>
        Assert.That(
            () => DotNetProgram.FromAssembly("/no/such.dll"),
            Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("/no/such.dll"));

    private static async Task StartCrashAndStopAsync()
    {
        PluginOptions options = Options();
        options.Spares = 1;
        await using Plugin<ITestPlugin> plugin = Make(options);
        await plugin.StartAsync().WaitAsync(Guest.Patience);
        Assert.That(
            async () => await plugin.CallAsync((test, token) => test.CrashAsync("on purpose", token)),
            Throws.InstanceOf<PluginUnavailableException>());
        Assert.That(await plugin.CallAsync((test, token) => test.EchoAsync("again", token)), Is.EqualTo("again"));
    }

    private static PluginOptions Options()
    {
        PluginOptions options = new() { StartTimeout = Guest.Patience, CallTimeout = Guest.Patience };
        options.Restart = options.Restart with { FirstDelay = TimeSpan.FromMilliseconds(1) };
        return options.UseDotNetProgram(Assembly, static preset => preset.BestEffort());
    }

    private static Plugin<ITestPlugin> Make(PluginOptions options, LogRecorder? log = null) =>
        new("test", Guest.Provider, options, log);

    private sealed class Host : ITestHost
    {
        public Task<string> AnswerAsync(string question, CancellationToken cancellationToken) =>
            Task.FromResult(question + "? 42");
    }
}
