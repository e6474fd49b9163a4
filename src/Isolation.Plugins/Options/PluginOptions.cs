using System.Diagnostics.CodeAnalysis;

namespace Isolation.Plugins;

/// <summary>How a plug-in is run. Later changes have no effect on a plug-in that was made with it.</summary>
public sealed class PluginOptions
{
    private readonly Dictionary<Type, Func<IServiceProvider?, object>> _grants = [];

    /// <summary>
    /// The sandbox, made anew for each process. Required.
    /// <see cref="UseDotNetProgram(string, Func{SandboxBuilder, SandboxBuilder}?)"/> sets it.
    /// </summary>
    public SandboxSpecification? Specification { get; set; }

    /// <summary>
    /// The program. Required. Its channel and its standard output and error are set by the host: what it writes goes to
    /// the log. <see cref="UseDotNetProgram(string, Func{SandboxBuilder, SandboxBuilder}?)"/> sets it.
    /// </summary>
    public SandboxCommand? Command { get; set; }

    /// <summary>How long it may take from the start to the first answer. Default: 30 seconds.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call may take that has no deadline of its own. Default: 30 seconds.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the plug-in may take to answer a call that was canceled or is late, before it is killed. Default: 2
    /// seconds.
    /// </summary>
    public TimeSpan CancellationGrace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long it may take to end once its channel is closed, before it is killed. Default: 2 seconds.
    /// </summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>When it is started again after its end. Default: up to 5 times a minute.</summary>
    public PluginRestartPolicy Restart { get; set; } = new();

    /// <summary>What it may send. Default: see <see cref="PluginLimits"/>.</summary>
    public PluginLimits Limits { get; set; } = new();

    /// <summary>
    /// How many further processes wait, ready for calls, to take the place of one that ended, 0 to 8. Each has the
    /// memory of a process, and its sandbox. A restart with a spare that lives does not wait
    /// (<see cref="PluginRestartPolicy.FirstDelay"/>), but counts. A spare that ended is replaced at the next restart,
    /// not before. Default: none.
    /// </summary>
    public int Spares { get; set; }

    /// <summary>Lets the plug-in call the methods of an interface, and nothing else of the object.</summary>
    /// <typeparam name="THost">An interface; its methods return tasks, and take and give values.</typeparam>
    /// <param name="implementation">What answers. It may be called from several threads at once. What it throws is
    /// logged, not told to the plug-in.</param>
    public PluginOptions Grant<THost>(THost implementation)
        where THost : class
    {
        ArgumentNullException.ThrowIfNull(implementation);
        return Grant(_ => implementation);
    }

    /// <inheritdoc cref="Grant{THost}(THost)"/>
    /// <param name="create">Makes what answers, from the application's services; these are null where there is no
    /// dependency injection.</param>
    public PluginOptions Grant<THost>(Func<IServiceProvider?, THost> create)
        where THost : class
    {
        ArgumentNullException.ThrowIfNull(create);
        ContractRules.Check(typeof(THost));
        _grants[typeof(THost)] = create;
        return this;
    }

    /// <summary>
    /// A framework-dependent .NET program, in <see cref="SandboxPresets.PlugIn"/> with what it needs, see
    /// <see cref="DotNetProgram"/>.
    /// </summary>
    /// <param name="assembly">The path of its assembly on the host, such as <c>plugins/Greeter/Greeter.dll</c>.</param>
    /// <param name="configure">Changes the sandbox: directories that it may see, limits.</param>
    /// <exception cref="FileNotFoundException">There is no such assembly, or no runtime configuration beside
    /// it.</exception>
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
