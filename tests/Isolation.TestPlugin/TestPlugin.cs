using Isolation.Plugins;
using Microsoft.Extensions.Logging;

namespace Isolation.TestPlugin;

/// <summary>Implements the plug-in that tests call.</summary>
internal sealed partial class TestPlugin(PluginContext context) : ITestPlugin
{
    private readonly ILogger _logger = context.LoggerFactory.CreateLogger("test");
    private readonly ITestHost _host = context.GetHost<ITestHost>();

    public Task<string> EchoAsync(string text, CancellationToken cancellationToken) => Task.FromResult(text);

    public Task<Point> MirrorAsync(Point point, CancellationToken cancellationToken) =>
        Task.FromResult(point with { X = -point.X });

    public Task<string> AskHostAsync(string question, CancellationToken cancellationToken) =>
        _host.AnswerAsync(question, cancellationToken);

    public Task<string> DescribeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(
            string.Join(
                ' ', Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
                .Where(name => int.TryParse(name, out _))));

    public Task LogAsync(string text, CancellationToken cancellationToken)
    {
        LogText(_logger, text);
        return Task.CompletedTask;
    }

    public Task CrashAsync(string message, CancellationToken cancellationToken)
    {
        Environment.FailFast(message);
        return Task.CompletedTask;
    }

    public Task SpinAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Text}")]
    private static partial void LogText(ILogger logger, string text);
}
