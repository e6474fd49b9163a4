using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.Core.Tests.HealthChecks;

public sealed class IsolationHealthCheckTests
{
    private static readonly SandboxException Refusal =
        new("make a user namespace", "user", 1, "EPERM", "Operation not permitted", "Allow it to ordinary users.");

    private readonly HealthCheckContext _context = new();
    private FakeTimeProvider _time = null!;
    private FakeSandboxProvider _fake = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new FakeTimeProvider();
        _fake = new FakeSandboxProvider(_time);
    }

    [Test]
    public async Task A_sandbox_is_made_and_removed()
    {
        _fake.CreationFailure = _ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(12.34));
            return null;
        };

        HealthCheckResult result = await CheckAsync();

        Assert.That(
            (result.Status, result.Description),
            Is.EqualTo((HealthStatus.Healthy, "A sandbox was created in 12.3 ms.")));
        Assert.That(result.Data["createDuration"], Is.EqualTo(TimeSpan.FromMilliseconds(12.34)));
        Assert.That(result.Data["provider"], Is.EqualTo("fake"));
        Assert.That(_fake.Sandboxes.Single().IsDisposed, Is.True);
        Assert.That(_fake.Sandboxes[0].Specification, Is.EqualTo(new SandboxSpecification { Name = "health-check" }));
        Assert.That(_fake.Commands, Is.Empty);
    }

    [Test]
    public async Task The_sandbox_is_that_of_the_specification()
    {
        SandboxSpecification specification = new() { HostName = "judge" };

        await CheckAsync(new() { Specification = specification });

        Assert.That(_fake.Sandboxes.Single().Specification, Is.SameAs(specification));
    }

    [Test]
    public async Task A_missing_preferred_feature_degrades_the_check()
    {
        _fake.Report = new SandboxReport
        {
            NotApplied = [new("bind /lib32", "It does not exist.", null), new("limit memory", "no group", "Be root.")],
        };

        HealthCheckResult result = await CheckAsync();
        HealthCheckResult tolerant = await CheckAsync(new() { NotAppliedStatus = HealthStatus.Healthy });

        Assert.That(result.Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(
            result.Description, Does.EndWith(
                "without preferred features: bind /lib32: It does not exist. limit memory: no group. Be root."));
        Assert.That(
            result.Data["notApplied"], Is.EqualTo(
                (string[])["bind /lib32: It does not exist.", "limit memory: no group. Be root."]));
        Assert.That(tolerant.Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(tolerant.Data["notApplied"], Is.EqualTo(result.Data["notApplied"]));
    }

    [Test]
    public async Task A_sandbox_without_limits_degrades_the_check_by_itself()
    {
        NotApplied memory = new("set the limit Memory", "no cgroup", "Be root.") { IsLimit = true };
        _fake.Report = new SandboxReport { NotApplied = [new("bind /lib32", "It does not exist.", null), memory] };

        HealthCheckResult result = await CheckAsync(new() { NotAppliedStatus = HealthStatus.Healthy });
        HealthCheckResult strict = await CheckAsync(new() { NoLimitsStatus = HealthStatus.Unhealthy });

        Assert.That(result.Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(strict.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(
            result.Description, Does.EndWith(
                "without limits: set the limit Memory: no cgroup. Be root. And without preferred features: bind "
                + "/lib32: It does not exist."));
        Assert.That(result.Data["noLimits"], Is.EqualTo((string[])["set the limit Memory: no cgroup. Be root."]));
        Assert.That(result.Data["notApplied"], Is.EqualTo((string[])["bind /lib32: It does not exist."]));
    }

    [Test]
    public async Task Some_missing_limits_degrade_the_check()
    {
        _fake.Report = new SandboxReport
        {
            NotApplied = [new("set the limit Swap", "no file", null) { IsLimit = true }],
            Policy = new EffectivePolicy { Limits = ["memory.max 268435456"] },
        };

        HealthCheckResult result = await CheckAsync();

        Assert.That(result.Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(result.Description, Does.EndWith("without some limits: set the limit Swap: no file."));
        Assert.That(result.Data["limitsNotApplied"], Is.EqualTo((string[])["set the limit Swap: no file."]));
    }

    [Test]
    public async Task A_sandbox_that_cannot_be_had_is_told_with_its_remedy()
    {
        _fake.CreationFailure = _ => Refusal;

        HealthCheckResult result = await CheckAsync();

        Assert.That(result.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(
            result.Description,
            Is.EqualTo(
                "A sandbox could not be created: Cannot make a user namespace: EPERM (Operation not permitted). Allow "
                + "it to ordinary users."));
        Assert.That(result.Exception, Is.SameAs(Refusal));
        Assert.That(result.Data, Is.EquivalentTo(new Dictionary<string, object>
        {
            ["provider"] = "fake",
            ["stage"] = "make a user namespace",
            ["target"] = "user",
            ["error"] = "EPERM",
            ["remedy"] = "Allow it to ordinary users.",
        }));
    }

    [Test]
    public async Task Every_other_reason_is_told_as_well()
    {
        _fake.CreationFailure = _ => new PlatformNotSupportedException("Linux only.");

        HealthCheckResult result = await CheckAsync();

        Assert.That(
            (result.Status, result.Description), Is.EqualTo(
                (HealthStatus.Unhealthy, "A sandbox could not be created: Linux only.")));
        Assert.That(result.Exception, Is.TypeOf<PlatformNotSupportedException>());
    }

    [Test]
    public async Task The_registration_says_what_a_failure_is()
    {
        _fake.CreationFailure = _ => Refusal;
        IsolationHealthCheck check = new(_fake);

        HealthCheckResult result = await check.CheckHealthAsync(
            new HealthCheckContext { Registration = new("isolation", check, HealthStatus.Degraded, tags: null) });

        Assert.That(result.Status, Is.EqualTo(HealthStatus.Degraded));
    }

    [Test]
    public async Task A_look_at_what_the_host_can_do_makes_no_sandbox()
    {
        HealthCheckResult able = await CheckAsync(new() { Depth = HealthCheckDepth.Support });
        _fake.Support = new(
        [
            .. _fake.Support.Features.Where(
                feature => feature.Feature is not (IsolationFeature.UserNamespaces or IsolationFeature.Overlay)),
            new(IsolationFeature.UserNamespaces, false, "They are forbidden.", "Allow them."),
            new(IsolationFeature.Overlay, false, "Not in a user namespace.", null),
        ]);
        HealthCheckResult unable = await CheckAsync(new() { Depth = HealthCheckDepth.Support });

        Assert.That(
            (able.Status, able.Data["notSupported"]), Is.EqualTo((HealthStatus.Healthy, Array.Empty<string>())));
        Assert.That(unable.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(
            unable.Description,
            Is.EqualTo("Sandboxes are not supported: UserNamespaces: They are forbidden. Allow them."));
        Assert.That(
            unable.Data["notSupported"],
            Is.EqualTo(
                (string[])["UserNamespaces: They are forbidden. Allow them.", "Overlay: Not in a user namespace."]));
        Assert.That(_fake.Sandboxes, Is.Empty);
    }

    [Test]
    public async Task A_host_that_hangs_is_given_up_and_not_asked_again_until_it_goes_on()
    {
        HangingProvider hanging = new(_fake, heedsToken: false);
        IsolationHealthCheck check = new(hanging, timeProvider: _time);

        Task<HealthCheckResult> first = check.CheckHealthAsync(_context);
        await hanging.Entered;
        _time.Advance(TimeSpan.FromSeconds(10));
        Task<HealthCheckResult> second = check.CheckHealthAsync(_context);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.That((await first).Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(
            (await first).Description,
            Is.EqualTo("Creating and removing a sandbox did not complete within 00:00:10."));
        Assert.That((await second).Description, Is.EqualTo((await first).Description));
        Assert.That(hanging.Calls, Is.EqualTo(1));

        hanging.GoOn();
        HealthCheckResult third = await check.CheckHealthAsync(_context);

        Assert.That(third.Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(_fake.Sandboxes.Select(sandbox => sandbox.IsDisposed), Is.EqualTo((bool[])[true, true]));
    }

    [Test]
    public async Task Cancellation_by_the_caller_ends_the_attempt_without_a_failure()
    {
        HangingProvider hanging = new(_fake, heedsToken: true);
        IsolationHealthCheck check = new(hanging, timeProvider: _time);
        using CancellationTokenSource cancellation = new();

        Task<HealthCheckResult> canceled = check.CheckHealthAsync(_context, cancellation.Token);
        await hanging.Entered;
        await cancellation.CancelAsync();
        Assert.That(async () => await canceled, Throws.InstanceOf<OperationCanceledException>());

        hanging.GoOn();
        Assert.That((await check.CheckHealthAsync(_context)).Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(_fake.Sandboxes.Single().IsDisposed, Is.True);
    }

    private static IEnumerable<TestCaseData> Errors()
    {
        yield return new TestCaseData(
            new IsolationHealthCheckOptions { Timeout = TimeSpan.Zero }, "Timeout: Must be more than zero");
        yield return new TestCaseData(
            new IsolationHealthCheckOptions { Timeout = TimeSpan.FromDays(50) }, "at most 49 days");
        yield return new TestCaseData(
            new IsolationHealthCheckOptions { Profile = "x", Specification = new() },
            "Only one of Profile and Specification");
        yield return new TestCaseData(new IsolationHealthCheckOptions { Depth = (HealthCheckDepth)7 }, "Depth: Is 7");
        yield return new TestCaseData(
            new IsolationHealthCheckOptions { NotAppliedStatus = (HealthStatus)7 }, "NotAppliedStatus: Is 7");
        yield return new TestCaseData(
            new IsolationHealthCheckOptions { Profile = "x" }, "Cannot find 'x', because no profiles are available");
    }

    [TestCaseSource(nameof(Errors))]
    public void Errors_are_told(IsolationHealthCheckOptions options, string message) =>
        Assert.That(
            () => new IsolationHealthCheck(_fake, options), Throws.ArgumentException.With.Message.Contains(message));

    [Test]
    public void A_provider_is_needed() =>
        Assert.That(() => new IsolationHealthCheck(null!), Throws.ArgumentNullException);

    private Task<HealthCheckResult> CheckAsync(IsolationHealthCheckOptions? options = null) =>
        new IsolationHealthCheck(_fake, options, timeProvider: _time).CheckHealthAsync(_context);

    /// <summary>Creates sandboxes only after the test has released it.</summary>
    private sealed class HangingProvider(ISandboxProvider inner, bool heedsToken) : ISandboxProvider
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _calls;

        public Task Entered => _entered.Task;

        public int Calls => Volatile.Read(ref _calls);

        public string Name => inner.Name;

        public IsolationSupport Support => inner.Support;

        public void GoOn() => _goesOn.SetResult();

        public async Task<ISandbox> CreateAsync(
            SandboxSpecification specification, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _calls);
            _entered.TrySetResult();
            await _goesOn.Task.WaitAsync(heedsToken ? cancellationToken : CancellationToken.None);
            return await inner.CreateAsync(specification, CancellationToken.None);
        }

        public Task<SandboxResult> RunAsync(
            SandboxSpecification specification, SandboxCommand command,
            CancellationToken cancellationToken = default) =>
            inner.RunAsync(specification, command, cancellationToken);
    }
}
