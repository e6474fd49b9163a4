using Isolation;
using Isolation.Plugins;
using Microsoft.Extensions.Logging;
using PluginHost.Contracts;

namespace PluginHost;

/// <summary>The directory of plug-ins: a directory for each, with a program of the same name.</summary>
internal sealed class PluginDirectory(string path, ISandboxProvider provider, ILoggerFactory log)
{
    private static readonly long Memory = 1.GiB();

    public IEnumerable<string> Names =>
        Directory.EnumerateDirectories(path).Select(directory => Path.GetFileName(directory)!)
        .Order(StringComparer.Ordinal);

    /// <summary>A plug-in that is up.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="spares">How many further processes wait.</param>
    public async Task<Plugin<TContract>> StartAsync<TContract>(string name, int spares = 0)
        where TContract : class
    {
        PluginOptions options = new PluginOptions { Spares = spares, StartTimeout = TimeSpan.FromMinutes(2),
            CallTimeout = TimeSpan.FromMinutes(1) }
            .UseDotNetProgram(Path.Combine(path, name, name + ".dll"))
            .Grant<IHostDocuments>(new Documents());

        // Attacks end it again and again, and that is what is to be seen.
        options.Restart = new PluginRestartPolicy { MaximumRestarts = 1000, FirstDelay = TimeSpan.FromMilliseconds(1),
            MaximumDelay = TimeSpan.FromMilliseconds(1) };

        // Behind the limits of the sandbox, which an ordinary user may not be able to have.
        options.Command = new CommandBuilder(options.Command!)
            .AddResourceLimit(LimitedResource.Data, (ulong)Memory)
            .AddResourceLimit(LimitedResource.Processes, 200)
            .Build();
        Plugin<TContract> plugin = new(name, provider, options, log);
        try
        {
            await plugin.StartAsync();
            return plugin;
        }
        catch
        {
            await plugin.DisposeAsync();
            throw;
        }
    }

    private sealed class Documents : IHostDocuments
    {
        public Task<string> ReadAsync(string name, CancellationToken cancellationToken) => name == "poem"
            ? Task.FromResult("a rose is a rose is a rose,\nand a thorn is a thorn.")
            : throw new ArgumentException("There is no such document.", nameof(name));
    }
}
