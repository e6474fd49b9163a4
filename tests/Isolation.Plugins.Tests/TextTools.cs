using Microsoft.Extensions.Logging;

namespace Isolation.Plugins.Tests;

/// <summary>A plug-in as its author writes it.</summary>
internal sealed partial class TextTools(PluginContext context) : ITextTools
{
    private readonly ILogger _logger = context.LoggerFactory.CreateLogger("tools");
    private readonly IHostNumbers _numbers = context.GetHost<IHostNumbers>();

    public Task<string> UpperAsync(string text, CancellationToken cancellationToken)
    {
        LogAsked(_logger, text.Length);
        return Task.FromResult(text.ToUpperInvariant());
    }

    public Task<int> AskHostAsync(CancellationToken cancellationToken) => _numbers.NextAsync(cancellationToken);

    public Task FailAsync(CancellationToken cancellationToken) =>
        throw new InvalidOperationException("cannot\ndo that");

    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    [LoggerMessage(1, LogLevel.Information, "Asked for {Length} letters.")]
    private static partial void LogAsked(ILogger logger, int length);
}
