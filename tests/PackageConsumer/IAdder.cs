namespace PackageConsumer;

/// <summary>What the consumer's plug-in does.</summary>
public interface IAdder
{
    Task<int> AddAsync(int left, int right, CancellationToken cancellationToken);
}
