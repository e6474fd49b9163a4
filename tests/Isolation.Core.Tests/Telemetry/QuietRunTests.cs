namespace Isolation.Core.Tests.Telemetry;

/// <summary>Tests runs without listeners; not in parallel, because other fixtures register listeners.</summary>
[NonParallelizable]
public sealed class QuietRunTests
{
    [Test]
    public async Task A_run_without_listeners_is_the_providers_own_task()
    {
        TaskProvider inner = new();
        InstrumentedSandboxProvider provider = new(inner);

        Task<SandboxResult> run = provider.RunAsync(new SandboxSpecification(), new SandboxCommand("true"));

        Assert.That(run, Is.SameAs(inner.Task));
        await run;
    }

    private sealed class TaskProvider : ISandboxProvider
    {
        public Task<SandboxResult> Task { get; } =
            System.Threading.Tasks.Task.FromResult(new SandboxResult { Outcome = SandboxOutcome.Completed });

        public string Name => "task";

        public IsolationSupport Support => throw new NotSupportedException();

        public Task<ISandbox> CreateAsync(
            SandboxSpecification specification, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<SandboxResult> RunAsync(
            SandboxSpecification specification, SandboxCommand command,
            CancellationToken cancellationToken = default) => Task;
    }
}
