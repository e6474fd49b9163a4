namespace PluginHost.Contracts;

/// <summary>What this application has, and grants nobody.</summary>
public interface IHostSecrets
{
    Task<string> ReadAsync(CancellationToken cancellationToken);
}
