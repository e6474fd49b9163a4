using Microsoft.Extensions.Logging;

namespace Isolation.Plugins.Tests;

/// <summary>Calls of a plug-in that does what it should.</summary>
public sealed class CallTests
{
    /// <summary>The event by which the host logs what a plug-in wants to have logged.</summary>
    private const int PluginMessage = 4200;

    [Test]
    public async Task A_call_has_its_result()
    {
        await using Plugin<ITextTools> plugin = Support.Make(Support.Honest);
        await plugin.StartAsync().WaitAsync(Support.Patience);

        Assert.That(await plugin.CallAsync((tools, token) => tools.UpperAsync("text", token)), Is.EqualTo("TEXT"));
        Assert.That(plugin.State, Is.EqualTo(PluginState.Ready));
    }

    [Test]
    public async Task Many_calls_run_at_once()
    {
        await using Plugin<ITextTools> plugin = Support.Make(Support.Honest);
        await plugin.StartAsync().WaitAsync(Support.Patience);

        string[] answers = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(i => plugin.CallAsync((tools, token) => tools.UpperAsync($"a{i}", token))));

        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, 200).Select(i => $"A{i}")));
    }

    [Test]
    public async Task A_granted_interface_can_be_called_back()
    {
        await using Plugin<ITextTools> plugin = Support.Make(
            Support.Honest, Support.Options().Grant<IHostNumbers>(new Numbers()));
        await plugin.StartAsync().WaitAsync(Support.Patience);

        Assert.That(await plugin.CallAsync((tools, token) => tools.AskHostAsync(token)), Is.EqualTo(42));
    }

    [Test]
    public async Task One_that_is_not_granted_cannot()
    {
        LogRecorder log = new();
        await using Plugin<ITextTools> plugin = Support.Make(Support.Honest, log: log);
        await plugin.StartAsync().WaitAsync(Support.Patience);

        Assert.That(
            async () => await plugin.CallAsync((tools, token) => tools.AskHostAsync(token)),
            Throws.InstanceOf<PluginCallException>().With.Message.Contains("IHostNumbers.NextAsync"));
        Assert.That(log.Lines, Has.Some.Contains("IHostNumbers.NextAsync, which is not granted"));
        Assert.That(plugin.State, Is.EqualTo(PluginState.Ready));
    }

    [Test]
    public async Task Exceptions_of_the_application_are_hidden_from_the_plug_in()
    {
        LogRecorder log = new();
        Numbers numbers = new() { Failure = new InvalidOperationException("secret place") };
        await using Plugin<ITextTools> plugin = Support.Make(
            Support.Honest, Support.Options().Grant<IHostNumbers>(numbers), log);
        await plugin.StartAsync().WaitAsync(Support.Patience);

        PluginCallException failure = (await Assert.ThrowsAsync<PluginCallException>(
            () => plugin.CallAsync((tools, token) => tools.AskHostAsync(token))))!;

        Assert.That(failure.ToString(), Does.Not.Contain("secret").And.Not.Contain(nameof(Numbers) + "."));
        Assert.That(log.CountOf(4102), Is.EqualTo(1));
    }

    [Test]
    public async Task An_error_of_the_plug_in_is_told_and_it_goes_on()
    {
        await using Plugin<ITextTools> plugin = Support.Make(Support.Honest);
        await plugin.StartAsync().WaitAsync(Support.Patience);

        Assert.That(
            async () => await plugin.CallAsync((tools, token) => tools.FailAsync(token)),
            Throws.InstanceOf<PluginCallException>().With.Message.EqualTo(@"cannot\ndo that"));
        Assert.That(await plugin.CallAsync((tools, token) => tools.UpperAsync("text", token)), Is.EqualTo("TEXT"));
    }

    [Test]
    public async Task A_call_that_is_late_is_a_timeout_and_one_that_ends_then_does_no_harm()
    {
        await using Plugin<ITextTools> plugin = Support.Make(Support.Honest);
        await plugin.StartAsync().WaitAsync(Support.Patience);

        Assert.That(
            async () => await plugin.CallAsync((tools, token) => tools.WaitAsync(token), TimeSpan.FromMilliseconds(50)),
            Throws.InstanceOf<TimeoutException>());
        Assert.That(await plugin.CallAsync((tools, token) => tools.UpperAsync("text", token)), Is.EqualTo("TEXT"));
    }

    [Test]
    public async Task A_call_can_be_canceled()
    {
        await using Plugin<ITextTools> plugin = Support.Make(Support.Honest);
        await plugin.StartAsync().WaitAsync(Support.Patience);
        using CancellationTokenSource source = new();
        Task call = plugin.CallAsync((tools, token) => tools.WaitAsync(token), cancellationToken: source.Token);

        await source.CancelAsync();

        OperationCanceledException canceled = (await Assert.CatchAsync<OperationCanceledException>(
            () => call.WaitAsync(Support.Patience)))!;
        Assert.That(canceled.CancellationToken, Is.EqualTo(source.Token));
    }

    [Test]
    public async Task Its_log_is_the_host_s()
    {
        LogRecorder log = new();
        await using Plugin<ITextTools> plugin = Support.Make(Support.Honest, log: log);
        await plugin.StartAsync().WaitAsync(Support.Patience);
        await plugin.CallAsync((tools, token) => tools.UpperAsync("text", token));

        Assert.That(
            await log.FindAsync("letters").WaitAsync(Support.Patience),
            Is.EqualTo((LogLevel.Information, "test: Asked for 4 letters. (tools)")));
        Assert.That(log.Of(PluginMessage).Single().Level, Is.EqualTo(LogLevel.Information));
    }

    [Test]
    public async Task A_message_that_is_too_large_is_refused_before_it_is_sent()
    {
        PluginOptions options = Support.Options();
        options.Limits = new PluginLimits { MessageSize = 1000 };
        await using Plugin<ITextTools> plugin = Support.Make(Support.Honest, options);
        await plugin.StartAsync().WaitAsync(Support.Patience);

        Assert.That(
            async () => await plugin.CallAsync((tools, token) => tools.UpperAsync(new string('x', 2000), token)),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("1000"));
        Assert.That(await plugin.CallAsync((tools, token) => tools.UpperAsync("text", token)), Is.EqualTo("TEXT"));
    }

    [TestCase(typeof(string))]
    [TestCase(typeof(IHasEvent))]
    [TestCase(typeof(IHasProperty))]
    [TestCase(typeof(IReturnsNow))]
    [TestCase(typeof(IGivesStream))]
    [TestCase(typeof(ITakesProgress))]
    [TestCase(typeof(IDisposable))]
    public void Interfaces_with_more_than_value_methods_are_refused(Type contract) =>
        Assert.That(() => ContractRules.Check(contract), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void A_conversation_needs_a_host() =>
        Assert.That(
            () => PluginProgram.RunAsync<ITextTools>(context => new TextTools(context)),
            Throws.InvalidOperationException.With.Message.Contains("ISOLATION_CHANNEL"));

    private sealed class Numbers : IHostNumbers
    {
        internal Exception? Failure { get; init; }

        public Task<int> NextAsync(CancellationToken cancellationToken) => Failure is null
            ? Task.FromResult(42)
            : throw Failure;
    }

    private interface IHasEvent
    {
        event EventHandler Happened;
    }

    private interface IHasProperty
    {
        int Number { get; }
    }

    private interface IReturnsNow
    {
        int Now();
    }

    private interface IGivesStream
    {
        Task<Stream> OpenAsync();
    }

    private interface ITakesProgress
    {
        Task RunAsync(IProgress<int> progress);
    }
}
