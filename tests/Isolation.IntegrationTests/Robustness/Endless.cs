namespace Isolation.IntegrationTests.Robustness;

/// <summary>Input that never ends.</summary>
internal sealed class Endless : MemoryStream
{
    public override int Read(Span<byte> buffer) => buffer.Length;

    public override int Read(byte[] buffer, int offset, int count) => count;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(buffer.Length);

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[bufferSize];
        while (true)
        {
            await destination.WriteAsync(buffer, cancellationToken);
        }
    }
}
