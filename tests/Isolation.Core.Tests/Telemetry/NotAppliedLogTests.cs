using Microsoft.Extensions.Logging;

namespace Isolation.Core.Tests.Telemetry;

/// <summary>Tests the messages about features and limits that a sandbox lacks.</summary>
public sealed class NotAppliedLogTests
{
    private static readonly SandboxSpecification Plain = new() { Name = "judge" };
    private static readonly SandboxCommand Command = new("python3");

    private TelemetryRecorder _recorder = null!;
    private FakeSandboxProvider _fake = null!;
    private InstrumentedSandboxProvider _provider = null!;

    [SetUp]
    public void SetUp()
    {
        _recorder = new TelemetryRecorder();
        _fake = new FakeSandboxProvider();
        _provider = new InstrumentedSandboxProvider(
            _fake, _recorder.LoggerOf<InstrumentedSandboxProvider>(), _recorder);
    }

    [TearDown]
    public void TearDown() => _recorder.Dispose();

    [Test]
    public async Task A_missing_preferred_feature_is_logged()
    {
        _fake.Report = new SandboxReport { NotApplied = [new NotApplied("bind /lib32", "It does not exist.", null)] };

        await using ISandbox sandbox = await _provider.CreateAsync(Plain);

        (EventId id, LogLevel level, string text) = _recorder.Messages.Last();
        Assert.That(id, Is.EqualTo(new EventId(1003, "NotApplied")));
        Assert.That(level, Is.EqualTo(LogLevel.Information));
        Assert.That(text, Does.Contain("bind /lib32").And.Contain("It does not exist."));
    }

    [Test]
    public async Task Missing_features_are_logged_once_per_specification()
    {
        _fake.Report = new SandboxReport { NotApplied = [new NotApplied("bind /lib32", "It does not exist.", null)] };
        _fake.WithPrograms(new FakeResponse());

        await using (await _provider.CreateAsync(Plain))
        await using (await _provider.CreateAsync(Plain))
        {
            await _provider.RunAsync(Plain, Command);
        }

        await using ISandbox other = await _provider.CreateAsync(Plain with { Name = "other" });

        string[] texts = [.. _recorder.Messages.Where(message => message.Id.Id == 1003).Select(one => one.Text)];
        Assert.That(texts, Has.Length.EqualTo(2));
        Assert.That(texts[0], Does.Contain("of judge"));
        Assert.That(texts[1], Does.Contain("of other"));
    }

    [Test]
    public async Task A_sandbox_without_any_of_its_limits_is_a_warning_of_its_own()
    {
        NotApplied memory = new("set the limit Memory", "No cgroup can be written.", "Be root.") { IsLimit = true };
        _fake.Report = new SandboxReport
        {
            NotApplied = [new("bind /lib32", "It does not exist.", null), memory, memory with { Feature = "other" }],
        };

        await using ISandbox sandbox = await _provider.CreateAsync(Plain);

        Assert.That(_recorder.EventIds, Is.EqualTo((int[])[1001, 1006, 1003]));
        (EventId id, LogLevel level, string text) = _recorder.Messages.Single(message => message.Id.Id == 1006);
        Assert.That((id.Name, level), Is.EqualTo(("NoLimits", LogLevel.Warning)));
        Assert.That(text, Does.Contain("without limits").And.Contain("No cgroup can be written. Be root."));
    }

    [Test]
    public async Task A_single_missing_limit_is_a_warning()
    {
        _fake.Report = new SandboxReport
        {
            NotApplied = [new("set the limit Swap", "No such file.", null) { IsLimit = true }],
            Policy = new EffectivePolicy { Limits = ["memory.max 268435456"] },
        };

        await using ISandbox sandbox = await _provider.CreateAsync(Plain);

        (EventId id, LogLevel level, string text) = _recorder.Messages.Last();
        Assert.That((id, level), Is.EqualTo((new EventId(1007, "LimitNotApplied"), LogLevel.Warning)));
        Assert.That(text, Does.Contain("set the limit Swap"));
    }
}
