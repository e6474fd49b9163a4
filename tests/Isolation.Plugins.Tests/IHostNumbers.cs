namespace Isolation.Plugins.Tests;

/// <summary>A granted interface that returns numbers.</summary>
public interface IHostNumbers
{
    Task<int> NextAsync(CancellationToken cancellationToken);
}
