namespace PluginHost.Contracts;

/// <summary>Represents the hostile plug-in, which performs attacks on request.</summary>
public interface IHostilePlugin
{
    /// <summary>Performs an attempt and returns its result, or fails with the error that prevented it.</summary>
    Task<string> TryAsync(string attempt, Target target, CancellationToken cancellationToken);
}
