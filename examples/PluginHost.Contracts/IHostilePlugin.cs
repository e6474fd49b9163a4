namespace PluginHost.Contracts;

/// <summary>How this application has the hostile plug-in try one thing after the other.</summary>
public interface IHostilePlugin
{
    /// <summary>Tries it, and tells what it got; fails with what it was refused by.</summary>
    Task<string> TryAsync(string attempt, Target target, CancellationToken cancellationToken);
}
