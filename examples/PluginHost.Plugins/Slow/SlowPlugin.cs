using PluginHost.Contracts;

namespace Slow;

/// <summary>Takes an hour, but reacts to cancellation.</summary>
internal sealed class SlowPlugin : ITextPlugin
{
    public async Task<string> WorkAsync(string document, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromHours(1), cancellationToken);
        return "done";
    }
}
