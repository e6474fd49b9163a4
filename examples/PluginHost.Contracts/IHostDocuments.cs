namespace PluginHost.Contracts;

/// <summary>What this application grants its plug-ins: its documents, by name, and nothing else.</summary>
public interface IHostDocuments
{
    Task<string> ReadAsync(string name, CancellationToken cancellationToken);
}
