namespace Isolation.Plugins.Tests;

/// <summary>What the plug-ins of the tests can do.</summary>
public interface ITextTools
{
    Task<string> UpperAsync(string text, CancellationToken cancellationToken);

    Task<int> AskHostAsync(CancellationToken cancellationToken);

    Task FailAsync(CancellationToken cancellationToken);

    Task WaitAsync(CancellationToken cancellationToken);
}
