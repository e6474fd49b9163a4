namespace PluginHost.Contracts;

/// <summary>What this application asks its plug-ins to do: something with a text.</summary>
public interface ITextPlugin
{
    Task<string> WorkAsync(string document, CancellationToken cancellationToken);
}
