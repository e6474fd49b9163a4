using System.Diagnostics.CodeAnalysis;

namespace Isolation.Plugins;

/// <summary>Specifies how a plug-in runs. Later changes do not affect plug-ins created with the options.</summary>
public sealed class PluginOptions
{
    private readonly Dictionary<Type, Func<IServiceProvider?, object>> _grants = [];

    /// <summary>
    /// Gets or sets the specification of the sandbox, which is created separately for each process. Required; set by
    /// <see cref="UseDotNetProgram(string, Func{SandboxBuilder, SandboxBuilder}?)"/>.
    /// </summary>
    public SandboxSpecification? Specification { get; set; }

    /// <summary>
    /// Gets or sets the program. Required; set by
    /// <see cref="UseDotNetProgram(string, Func{SandboxBuilder, SandboxBuilder}?)"/>. The channel and the standard
    /// output and error of the program are replaced: its output goes to the log.
    /// </summary>
    public SandboxCommand? Command { get; set; }

    /// <summary>Gets or sets the maximum time from the start to the first answer. Default: 30 seconds.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the maximum time of a call without its own deadline. Default: 30 seconds.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets the time that the plug-in has to answer a canceled or overdue call before it is killed. Default: 2
    /// seconds.
    /// </summary>
    public TimeSpan CancellationGrace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets or sets the time that the plug-in has to exit after its channel is closed before it is killed. Default: 2
    /// seconds.
    /// </summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets or sets the policy for restarting the plug-in after its process ends. Default: up to 5 restarts per minute.
    /// </summary>
    public PluginRestartPolicy Restart { get; set; } = new();

    /// <summary>
    /// Gets or sets the limits on what the plug-in may send. Default: see <see cref="PluginLimits"/>.
    /// </summary>
    public PluginLimits Limits { get; set; } = new();

    /// <summary>
    /// Gets or sets the number of spare processes, 0 to 8, that wait for calls and replace a process that ended. Each
    /// requires the memory of a process and a sandbox. Default: 0.
    /// </summary>
    /// <remarks>
    /// A restart with a running spare does not wait (<see cref="PluginRestartPolicy.FirstDelay"/>), but counts as a
    /// restart. A spare that ended is replaced at the next restart, not before.
    /// </remarks>
    public int Spares { get; set; }

    /// <summary>
    /// Grants the plug-in access to the methods of an interface, and to no other members of the object.
    /// </summary>
    /// <typeparam name="THost">
    /// An interface whose methods return tasks, and have values as parameters and results.
    /// </typeparam>
    /// <param name="implementation">
    /// The object that executes the calls. It may be called from several threads at the same time. Exceptions are
    /// logged; the plug-in receives no details.
    /// </param>
    public PluginOptions Grant<THost>(THost implementation)
        where THost : class
    {
        ArgumentNullException.ThrowIfNull(implementation);
        return Grant(_ => implementation);
    }

    /// <inheritdoc cref="Grant{THost}(THost)"/>
    /// <param name="create">
    /// A function that creates the object from the services of the application, which are null without dependency
    /// injection.
    /// </param>
    public PluginOptions Grant<THost>(Func<IServiceProvider?, THost> create)
        where THost : class
    {
        ArgumentNullException.ThrowIfNull(create);
        ContractRules.Check(typeof(THost));
        _grants[typeof(THost)] = create;
        return this;
    }

    /// <summary>
    /// Uses a framework-dependent .NET program in <see cref="SandboxPresets.PlugIn"/>, together with the files it
    /// requires; see <see cref="DotNetProgram"/>.
    /// </summary>
    /// <param name="assembly">The path of the assembly on the host, such as <c>plugins/Greeter/Greeter.dll</c>.</param>
    /// <param name="configure">A function that changes the sandbox, for example adds directories or limits.</param>
    /// <exception cref="FileNotFoundException">The assembly or its runtime configuration does not exist.</exception>
    public PluginOptions UseDotNetProgram(string assembly, Func<SandboxBuilder, SandboxBuilder>? configure = null)
    {
        DotNetProgram program = DotNetProgram.FromAssembly(assembly);
        SandboxBuilder builder = SandboxPresets.PlugIn().AddDotNetProgram(program);
        Specification = (configure is null ? builder : configure(builder)).Build();
        Command = program.ToCommand().Build();
        return this;
    }

    internal IReadOnlyDictionary<Type, object> CreateGrants(IServiceProvider? services) =>
        _grants.ToDictionary(grant => grant.Key, grant => grant.Value(services));

    [MemberNotNull(nameof(Specification), nameof(Command))]
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Specification);
        ArgumentNullException.ThrowIfNull(Command);
        ArgumentNullException.ThrowIfNull(Restart);
        ArgumentNullException.ThrowIfNull(Limits);
        CheckTime(StartTimeout, nameof(StartTimeout));
        CheckTime(CallTimeout, nameof(CallTimeout));
        CheckTime(CancellationGrace, nameof(CancellationGrace));
        CheckTime(StopGrace, nameof(StopGrace));
        CheckTime(Restart.Window, "Restart.Window");
        CheckTime(Restart.FirstDelay, "Restart.FirstDelay");
        CheckTime(Restart.MaximumDelay, "Restart.MaximumDelay");
        Check(Restart.MaximumRestarts, 0, int.MaxValue, "Restart.MaximumRestarts");
        Check(Spares, 0, 8, nameof(Spares));
        Check(Limits.MessageSize, 256, 256 << 20, "Limits.MessageSize");
        Check(Limits.MessageDepth, 4, PluginProtocol.DefaultDepth, "Limits.MessageDepth");
        Check(Limits.RequestsPerSecond, 1, int.MaxValue, "Limits.RequestsPerSecond");
        Check(Limits.ConcurrentHostCalls, 1, int.MaxValue, "Limits.ConcurrentHostCalls");
        Check(Limits.LogLinesPerSecond, 1, int.MaxValue, "Limits.LogLinesPerSecond");
        Check(Limits.LogLineLength, 16, 1 << 20, "Limits.LogLineLength");
        Command.Validate(Specification);
    }

    private static void CheckTime(TimeSpan time, string name)
    {
        if (time <= TimeSpan.Zero || time > TimeSpan.FromDays(24))
        {
            throw new ArgumentOutOfRangeException(name, time, "Must be more than zero and at most 24 days.");
        }
    }

    private static void Check(int value, int lowest, int highest, string name)
    {
        if (value < lowest || value > highest)
        {
            throw new ArgumentOutOfRangeException(name, value, $"Must be {lowest} to {highest}.");
        }
    }
}
