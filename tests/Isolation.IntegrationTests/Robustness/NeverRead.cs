namespace Isolation.IntegrationTests.Robustness;

/// <summary>Input of which no read ends before the stream is disposed, whatever is canceled.</summary>
/// <param name="blocks">Whether the reading thread is held meanwhile.</param>
internal sealed class NeverRead(bool blocks) : MemoryStream
{
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        if (blocks)
        {
            _end.Task.Wait(CancellationToken.None);
        }

        return _end.Task;
    }

    protected override void Dispose(bool disposing)
    {
        _end.TrySetResult(0);
        base.Dispose(disposing);
    }
}
