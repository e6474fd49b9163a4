namespace Isolation.TestPlugin;

/// <summary>What tests grant.</summary>
public interface ITestHost
{
    Task<string> AnswerAsync(string question, CancellationToken cancellationToken);
}
