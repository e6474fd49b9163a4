namespace Isolation.Plugins.Tests;

/// <summary>The contract of the plug-ins in the tests.</summary>
public interface ITextTools
{
    Task<string> UpperAsync(string text, CancellationToken cancellationToken);

    Task<int> AskHostAsync(CancellationToken cancellationToken);

    Task FailAsync(CancellationToken cancellationToken);

    Task WaitAsync(CancellationToken cancellationToken);
}
