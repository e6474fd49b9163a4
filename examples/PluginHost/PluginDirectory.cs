using Isolation;
using Isolation.Plugins;
using Microsoft.Extensions.Logging;
using PluginHost.Contracts;

namespace PluginHost;

/// <summary>
/// Represents the directory of plug-ins, which contains a directory for each plug-in with a program of the same name.
/// </summary>
internal sealed class PluginDirectory(string path, ISandboxProvider provider, ILoggerFactory log)
{
    private static readonly long Memory = 1.GiB();

    public IEnumerable<string> Names =>
        Directory.EnumerateDirectories(path).Select(directory => Path.GetFileName(directory)!)
        .Order(StringComparer.Ordinal);

    /// <summary>Starts a plug-in.</summary>
    /// <param name="name">The name of the plug-in.</param>
    /// <param name="spares">The number of spare processes.</param>
    public async Task<Plugin<TContract>> StartAsync<TContract>(string name, int spares = 0)
        where TContract : class
    {
        PluginOptions options = new PluginOptions
        {
            Spares = spares,
            StartTimeout = TimeSpan.FromMinutes(2),
            CallTimeout = TimeSpan.FromMinutes(1),
        }
            // An ordinary user may have no cgroups; the resource limits below apply in any case.
            .UseDotNetProgram(
                Path.Combine(path, name, name + ".dll"), preset => preset.WithLimits(limits => limits.BestEffort()))
            .Grant<IHostDocuments>(new Documents());

        // The attacks end the plug-in repeatedly, so allow many restarts.
        options.Restart = new PluginRestartPolicy
        {
            MaximumRestarts = 1000,
            FirstDelay = TimeSpan.FromMilliseconds(1),
            MaximumDelay = TimeSpan.FromMilliseconds(1),
        };

        // In addition to the limits of the sandbox, which may not be available to an ordinary user.
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
            : throw new ArgumentException("The document does not exist.", nameof(name));
    }
}
