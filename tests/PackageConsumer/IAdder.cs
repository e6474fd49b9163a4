namespace PackageConsumer;

/// <summary>Represents the consumer's plug-in.</summary>
public interface IAdder
{
    Task<int> AddAsync(int left, int right, CancellationToken cancellationToken);
}
