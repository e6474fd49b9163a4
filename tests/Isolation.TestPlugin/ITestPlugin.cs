namespace Isolation.TestPlugin;

/// <summary>What tests ask a plug-in in a sandbox to do.</summary>
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
