namespace PluginHost.Contracts;

/// <summary>Represents a plug-in that processes a text.</summary>
public interface ITextPlugin
{
    Task<string> WorkAsync(string document, CancellationToken cancellationToken);
}
