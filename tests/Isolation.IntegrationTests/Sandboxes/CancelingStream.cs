namespace Isolation.IntegrationTests.Sandboxes;

/// <summary>A place for output that cancels something when the first of it comes.</summary>
internal sealed class CancelingStream(CancellationTokenSource source) : MemoryStream
{
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default) =>
        await source.CancelAsync();
}
