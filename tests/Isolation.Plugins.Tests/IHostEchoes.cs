namespace Isolation.Plugins.Tests;

/// <summary>What hosts of the tests grant that fails with the words of its caller.</summary>
public interface IHostEchoes
{
    Task FailAsync(string text, CancellationToken cancellationToken);
}
