namespace Isolation.Plugins.Tests;

/// <summary>A granted interface that returns answers of any size.</summary>
public interface IHostTexts
{
    Task<string> RepeatAsync(int length, CancellationToken cancellationToken);
}
