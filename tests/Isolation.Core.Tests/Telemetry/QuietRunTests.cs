namespace Isolation.Core.Tests.Telemetry;

/// <summary>Alone, for a listener of another fixture would be heard.</summary>
[NonParallelizable]
public sealed class QuietRunTests
{
    [Test]
    public async Task Where_nobody_listens_a_run_is_the_providers_own_task()
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
