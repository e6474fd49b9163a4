namespace Isolation.Plugins.Tests;

/// <summary>What hosts of the tests grant.</summary>
public interface IHostNumbers
{
    Task<int> NextAsync(CancellationToken cancellationToken);
}
