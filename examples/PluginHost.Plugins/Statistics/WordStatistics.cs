using Isolation.Plugins;
using Microsoft.Extensions.Logging;
using PluginHost.Contracts;

namespace Statistics;

/// <summary>Counts the words of a document that it requests from the application.</summary>
internal sealed partial class WordStatistics(PluginContext context) : ITextPlugin
{
    private readonly IHostDocuments _documents = context.GetHost<IHostDocuments>();
    private readonly ILogger _logger = context.LoggerFactory.CreateLogger("statistics");

    public async Task<string> WorkAsync(string document, CancellationToken cancellationToken)
    {
        string text = await _documents.ReadAsync(document, cancellationToken);
        string[] words = text.ToLowerInvariant().Split(
            [' ', '\n', ',', '.', ';'], StringSplitOptions.RemoveEmptyEntries);
        LogCounted(_logger, words.Length, document);
        IEnumerable<string> frequent = words.CountBy(word => word)
            .OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal)
            .Take(3)
            .Select(count => $"{count.Key} {count.Value}x");
        return $"{words.Length} words: {string.Join(", ", frequent)}";
    }

    [LoggerMessage(1, LogLevel.Information, "Counted {Count} words of {Document}.")]
    private static partial void LogCounted(ILogger logger, int count, string document);
}
