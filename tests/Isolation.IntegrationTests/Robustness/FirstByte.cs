namespace Isolation.IntegrationTests.Robustness;

/// <summary>A place for output that tells when the first of it came.</summary>
internal sealed class FirstByte : MemoryStream
{
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Written => _written.Task;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _written.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
