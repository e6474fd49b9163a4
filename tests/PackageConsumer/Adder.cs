namespace PackageConsumer;

/// <summary>Implements the consumer's plug-in.</summary>
internal sealed class Adder : IAdder
{
    public Task<int> AddAsync(int left, int right, CancellationToken cancellationToken) =>
        Task.FromResult(left + right);
}
