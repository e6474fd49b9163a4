using Microsoft.Extensions.Logging;

namespace Isolation.Plugins;

/// <summary>Contains the settings from which each process of a plug-in is created.</summary>
internal sealed class PluginSetup
{
    internal PluginSetup(
        string name, ISandboxProvider provider, PluginOptions options, ILogger logger, TimeProvider time,
        IServiceProvider? services)
    {
        options.Validate();
        Name = name;
        Provider = provider;
        Specification = options.Specification;
        Command = options.Command with
        {
            Channel = options.Command.Channel ?? new CommandChannel(),
            StandardOutput = OutputTarget.Pipe,
            StandardError = OutputTarget.Pipe,

            // A plug-in runs until it is stopped, regardless of the default wall time of commands.
            WallTime = options.Command.WallTime ?? TimeSpan.MaxValue,
        };
        StartTimeout = options.StartTimeout;
        CallTimeout = options.CallTimeout;
        CancellationGrace = options.CancellationGrace;
        StopGrace = options.StopGrace;
        Restart = options.Restart;
        Limits = options.Limits;
        Spares = options.Spares;
        Grants = options.CreateGrants(services);
        GrantedMethods = Grants.Keys
            .SelectMany(
                type => type.GetInterfaces().Prepend(type).SelectMany(parent => parent.GetMethods())
                .Select(method => PluginProtocol.NameOf(type, method.Name)))
            .ToHashSet();
        Logger = logger;
        Time = time;
    }

    internal string Name { get; }

    internal ISandboxProvider Provider { get; }

    internal SandboxSpecification Specification { get; }

    internal SandboxCommand Command { get; }

    internal TimeSpan StartTimeout { get; }

    internal TimeSpan CallTimeout { get; }

    internal TimeSpan CancellationGrace { get; }

    internal TimeSpan StopGrace { get; }

    internal PluginRestartPolicy Restart { get; }

    internal PluginLimits Limits { get; }

    internal int Spares { get; }

    internal IReadOnlyDictionary<Type, object> Grants { get; }

    internal IReadOnlySet<string> GrantedMethods { get; }

    internal ILogger Logger { get; }

    internal TimeProvider Time { get; }
}
