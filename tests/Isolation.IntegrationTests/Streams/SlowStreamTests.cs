using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Streams;

/// <summary>A stream of the application that takes nothing holds up its own command only.</summary>
public sealed class SlowStreamTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Other_commands_of_the_sandbox_begin_and_end()
    {
        using HeldStream stream = new();
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess held = await sandbox.StartAsync(
            Guest.Shell("echo out") with { StandardOutput = OutputTarget.ToStream(stream) });
        await stream.Reached.WaitAsync(Guest.Patience);
        while (HostProcess.Children(sandbox.ProcessId).Length > 0)
        {
            await Task.Yield();
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.That(await sandbox.OutputAsync("echo alive").WaitAsync(Guest.Patience), Is.EqualTo("alive"));
        }

        Assert.That(held.WaitForExitAsync().IsCompleted, Is.False);
        stream.Release();
        Assert.That((await held.WaitForExitAsync().WaitAsync(Guest.Patience)).ExitCode, Is.Zero);
        Assert.That(stream.Taken, Is.EqualTo("out\n".Length));
    }

    [Test]
    public async Task The_end_of_the_sandbox_reaches_all_others()
    {
        using HeldStream stream = new();
        ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess held = await sandbox.StartAsync(
            Guest.Shell("echo out; exec sleep 100000") with { StandardOutput = OutputTarget.ToStream(stream) });
        await using ISandboxProcess other = await sandbox.StartAsync(new SandboxCommand("/bin/sleep", "100000"));
        await stream.Reached.WaitAsync(Guest.Patience);

        Task end = sandbox.DisposeAsync().AsTask();

        Assert.That(
            (await other.WaitForExitAsync().WaitAsync(Guest.Patience)).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        Assert.That(held.WaitForExitAsync().IsCompleted, Is.False);
        stream.Release();
        Assert.That(
            (await held.WaitForExitAsync().WaitAsync(Guest.Patience)).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        await end.WaitAsync(Guest.Patience);
    }

    /// <summary>Takes nothing before it is released.</summary>
    private sealed class HeldStream : MemoryStream
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Reached => _reached.Task;

        internal long Taken => Length;

        internal void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reached.TrySetResult();
            await _released.Task;
            Write(buffer.Span);
        }
    }
}
