namespace Isolation.TestPlugin;

/// <summary>Represents the service that tests grant to the plug-in.</summary>
public interface ITestHost
{
    Task<string> AnswerAsync(string question, CancellationToken cancellationToken);
}
