using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isolation.Core.Tests.Pooling;

/// <summary>Tests that a pool works for itself, not for the request that happens to use it.</summary>
public sealed class SandboxPoolContextTests
{
    private static readonly SandboxSpecification Plain = new();

    [Test]
    public async Task Background_work_does_not_run_in_the_context_of_a_request()
    {
        AsyncLocal<string?> request = new();
        ContextProvider provider = new(request);
        request.Value = "the request that creates the pool";
        await using (SandboxPool pool = new(provider, Plain, new SandboxPoolOptions { ReadySandboxes = 2 }))
        {
            await pool.WaitUntilReadyAsync();
            request.Value = "another request";
            await pool.RunAsync(new SandboxCommand("true"));
            await pool.WaitUntilReadyAsync();
        }

        Assert.That(provider.Seen, Is.Not.Empty);
        Assert.That(provider.Seen, Has.All.Null);
        Assert.That(request.Value, Is.EqualTo("another request"));
    }

    [Test]
    public async Task A_pool_fills_when_the_application_starts_if_asked_to()
    {
        await using ServiceProvider services = Services(fillsAtStart: true);
        await using ServiceProvider lazy = Services(fillsAtStart: false);

        foreach (IHostedService service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(default);
        }

        Assert.That(services.GetRequiredKeyedService<SandboxPool>("judge").Status.Ready, Is.EqualTo(2));
        Assert.That(lazy.GetServices<IHostedService>(), Is.Empty);
    }

    private static ServiceProvider Services(bool fillsAtStart)
    {
        ServiceCollection services = new();
        services.AddIsolation().AddFakeSandboxes();
        services.AddSandboxPool("judge", Plain, options =>
        {
            options.ReadySandboxes = 2;
            options.FillsAtStart = fillsAtStart;
        });
        return services.BuildServiceProvider();
    }

    /// <summary>Notes the context in which sandboxes are created.</summary>
    private sealed class ContextProvider(AsyncLocal<string?> request) : ISandboxProvider
    {
        private readonly FakeSandboxProvider _fake = new FakeSandboxProvider().WithPrograms(new FakeResponse());

        internal System.Collections.Concurrent.ConcurrentQueue<string?> Seen { get; } = [];

        public string Name => _fake.Name;

        public IsolationSupport Support => _fake.Support;

        public Task<ISandbox> CreateAsync(SandboxSpecification specification, CancellationToken cancellationToken)
        {
            Seen.Enqueue(request.Value);
            return _fake.CreateAsync(specification, cancellationToken);
        }

        public Task<SandboxResult> RunAsync(
            SandboxSpecification specification, SandboxCommand command, CancellationToken cancellationToken) =>
            _fake.RunAsync(specification, command, cancellationToken);

        public Task<ISandbox> AttachAsync(string id, CancellationToken cancellationToken) =>
            _fake.AttachAsync(id, cancellationToken);

        public Task StopAsync(string id, CancellationToken cancellationToken) => _fake.StopAsync(id, cancellationToken);

        public Task<ImmutableArray<DetachedSandbox>> ListAsync(CancellationToken cancellationToken) =>
            _fake.ListAsync(cancellationToken);
    }
}
