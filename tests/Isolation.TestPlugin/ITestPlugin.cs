namespace Isolation.TestPlugin;

/// <summary>Represents the sandboxed plug-in that tests call.</summary>
public interface ITestPlugin
{
    Task<string> EchoAsync(string text, CancellationToken cancellationToken);

    Task<Point> MirrorAsync(Point point, CancellationToken cancellationToken);

    Task<string> AskHostAsync(string question, CancellationToken cancellationToken);

    Task<string> DescribeAsync(CancellationToken cancellationToken);

    Task LogAsync(string text, CancellationToken cancellationToken);

    Task CrashAsync(string message, CancellationToken cancellationToken);

    Task SpinAsync(CancellationToken cancellationToken);
}
