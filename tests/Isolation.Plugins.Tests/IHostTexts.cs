namespace Isolation.Plugins.Tests;

/// <summary>What hosts of the tests grant that gives answers of any size.</summary>
public interface IHostTexts
{
    Task<string> RepeatAsync(int length, CancellationToken cancellationToken);
}
