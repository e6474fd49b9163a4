namespace Isolation.Plugins.Tests;

/// <summary>A granted interface that fails with the words of its caller.</summary>
public interface IHostEchoes
{
    Task FailAsync(string text, CancellationToken cancellationToken);
}
