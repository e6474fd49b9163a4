namespace PluginHost.Contracts;

/// <summary>
/// Provides the documents of the application by name. It is the only interface that is granted to plug-ins.
/// </summary>
public interface IHostDocuments
{
    Task<string> ReadAsync(string name, CancellationToken cancellationToken);
}
