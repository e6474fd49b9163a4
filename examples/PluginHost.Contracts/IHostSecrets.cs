namespace PluginHost.Contracts;

/// <summary>Represents an interface of the application that is not granted to plug-ins.</summary>
public interface IHostSecrets
{
    Task<string> ReadAsync(CancellationToken cancellationToken);
}
