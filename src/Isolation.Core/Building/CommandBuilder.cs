using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Isolation;

/// <summary>
/// Builds a <see cref="SandboxCommand"/>. <c>With…</c> replaces, <c>Add…</c> appends. An error is refused at once.
/// <see cref="Build"/> freezes the builder. Not safe for use from several threads at once; what it builds is.
/// </summary>
public sealed class CommandBuilder
{
    private static readonly SandboxSpecification AnySandbox = new();

    private SandboxCommand _command;
    private bool _isBuilt;

    /// <summary>Starts with a program without arguments.</summary>
    /// <param name="program">The path of the program inside, or its name where it is in a directory of PATH.</param>
    public CommandBuilder(string program)
        : this(new SandboxCommand(program))
    {
    }

    /// <summary>Starts with a command, which is not changed.</summary>
    public CommandBuilder(SandboxCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        _command = command with
        {
            Arguments = command.Arguments.IsDefault ? [] : command.Arguments,
            ResourceLimits = command.ResourceLimits.IsDefault ? [] : command.ResourceLimits,
        };
    }

    /// <summary>The arguments after the program's name. Default: none.</summary>
    public CommandBuilder WithArguments(params ImmutableArray<string> arguments) =>
        Set(_command with { Arguments = arguments });

    /// <summary>The arguments after the program's name. Default: none.</summary>
    public CommandBuilder WithArguments(Action<ArgumentsBuilder> build) => WithArguments(Built(build));

    /// <summary>Further arguments.</summary>
    public CommandBuilder AddArguments(params ImmutableArray<string> arguments) =>
        Set(_command with { Arguments = _command.Arguments.AddRange(arguments) });

    /// <summary>Further arguments.</summary>
    public CommandBuilder AddArguments(Action<ArgumentsBuilder> build) => AddArguments(Built(build));

    /// <summary>The name that the program is told (<c>argv[0]</c>). Default: the program.</summary>
    public CommandBuilder WithProgramName(string? name) => Set(_command with { ProgramName = name });

    /// <summary>The whole environment. Default: <see cref="SandboxCommand.DefaultEnvironment"/>.</summary>
    public CommandBuilder WithEnvironment(IEnumerable<KeyValuePair<string, string>> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return Set(_command with { Environment = variables.ToImmutableDictionary() });
    }

    /// <summary>The whole environment, starting with <see cref="SandboxCommand.DefaultEnvironment"/>.</summary>
    public CommandBuilder WithEnvironment(Action<EnvironmentBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        EnvironmentBuilder builder = new();
        build(builder);
        return Set(_command with { Environment = builder.Build() });
    }

    /// <summary>A variable; replaces one of the same name.</summary>
    public CommandBuilder AddEnvironment(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Set(_command with { Environment = _command.Environment.SetItem(name, value) });
    }

    /// <summary>An absolute path inside. Default: <c>/</c>.</summary>
    public CommandBuilder WithWorkingDirectory(string path) => Set(_command with { WorkingDirectory = path });

    /// <summary>Who runs it. Default: the user of the specification.</summary>
    public CommandBuilder WithUser(SandboxUser? user) => Set(_command with { User = user });

    /// <summary>Who runs it. Default: the user of the specification.</summary>
    public CommandBuilder WithUser(uint userId, uint groupId, params ImmutableArray<uint> supplementaryGroups) =>
        WithUser(new SandboxUser(userId, groupId) { SupplementaryGroups = supplementaryGroups });

    /// <summary>Its capabilities, within the bounding set of the sandbox. Default: those of the sandbox.</summary>
    public CommandBuilder WithCapabilities(CapabilitySets? sets) => Set(_command with { Capabilities = sets });

    /// <summary>Which system calls it may make. Default: null, what the specification says.</summary>
    public CommandBuilder WithSystemCalls(SystemCallFilter? filter) => Set(_command with { SystemCalls = filter });

    /// <summary>
    /// The same, by rules that come before those of <see cref="SystemCallFilter.Default"/> or of the filter that they
    /// start from.
    /// </summary>
    public CommandBuilder WithSystemCalls(Action<SystemCallFilterBuilder> build) =>
        WithSystemCalls(SystemCallFilterBuilder.Build(build));

    /// <summary>
    /// Who decides on system calls for which the filter says <see cref="SystemCallAction.Notify"/>, and how long each
    /// may wait. Default: 10 seconds.
    /// </summary>
    public CommandBuilder WithSystemCallHandler(SystemCallHandler handler, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        SystemCallSupervision supervision = _command.SystemCallSupervision ?? new();
        return Set(
            _command with { SystemCallSupervision = supervision with { Handler = handler,
                Deadline = deadline ?? supervision.Deadline } });
    }

    /// <summary>
    /// Which system calls are written down; see <see cref="SandboxResult.ObservedCalls"/>. Default: none.
    /// </summary>
    public CommandBuilder WithSystemCallObservation(SystemCallObservation observation) =>
        Set(_command with {
            SystemCallSupervision = (_command.SystemCallSupervision ?? new()) with { Observation = observation } });

    /// <summary>The mask for permissions of new files. Default: 0022.</summary>
    public CommandBuilder WithUmask(UnixFileMode umask) => Set(_command with { Umask = umask });

    /// <summary>Resource limits. Default: the host's, but no core files.</summary>
    public CommandBuilder WithResourceLimits(params ImmutableArray<ResourceLimit> limits) =>
        Set(_command with { ResourceLimits = limits.IsDefault ? [] : limits });

    /// <summary>A further resource limit, soft and hard alike.</summary>
    public CommandBuilder AddResourceLimit(LimitedResource resource, ulong value) =>
        AddResourceLimit(resource, value, value);

    /// <summary>A further resource limit.</summary>
    public CommandBuilder AddResourceLimit(LimitedResource resource, ulong soft, ulong hard) =>
        Set(_command with { ResourceLimits = _command.ResourceLimits.Add(new ResourceLimit(resource, soft, hard)) });

    /// <summary>The nice value, -20 to 19. Default: the host's.</summary>
    public CommandBuilder WithNice(int? nice) => Set(_command with { Nice = nice });

    /// <summary>The CPUs it may run on, by number. Default: the host's.</summary>
    public CommandBuilder WithAffinity(params ImmutableArray<int> cpus) => Set(_command with { Affinity = cpus });

    /// <summary>Where standard input comes from. Default: nothing to read.</summary>
    public CommandBuilder WithStandardInput(InputSource source) => Set(_command with { StandardInput = source });

    /// <summary>A text as standard input, in UTF-8.</summary>
    public CommandBuilder WithStandardInput(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return WithStandardInput(InputSource.FromText(text));
    }

    /// <summary>Bytes as standard input.</summary>
    public CommandBuilder WithStandardInput(ReadOnlyMemory<byte> bytes) =>
        WithStandardInput(InputSource.FromBytes(bytes));

    /// <summary>A stream as standard input. It is not closed.</summary>
    public CommandBuilder WithStandardInput(Stream stream) => WithStandardInput(InputSource.FromStream(stream));

    /// <summary>Where standard output goes. Default: captured, at most 16 MiB.</summary>
    public CommandBuilder WithStandardOutput(OutputTarget target) => Set(_command with { StandardOutput = target });

    /// <summary>A stream that standard output is copied to. It is not closed.</summary>
    public CommandBuilder WithStandardOutput(Stream stream) => WithStandardOutput(OutputTarget.ToStream(stream));

    /// <summary>
    /// A stream that at most <paramref name="limit"/> bytes of standard output are copied to. It is not closed.
    /// </summary>
    public CommandBuilder WithStandardOutput(Stream stream, long limit) =>
        WithStandardOutput(OutputTarget.ToStream(stream, limit));

    /// <summary>Where standard error goes. Default: captured, at most 16 MiB.</summary>
    public CommandBuilder WithStandardError(OutputTarget target) => Set(_command with { StandardError = target });

    /// <summary>A stream that standard error is copied to. It is not closed.</summary>
    public CommandBuilder WithStandardError(Stream stream) => WithStandardError(OutputTarget.ToStream(stream));

    /// <summary>
    /// A stream that at most <paramref name="limit"/> bytes of standard error are copied to. It is not closed.
    /// </summary>
    public CommandBuilder WithStandardError(Stream stream, long limit) =>
        WithStandardError(OutputTarget.ToStream(stream, limit));

    /// <summary>
    /// The most bytes of standard output and error together, see <see cref="SandboxCommand.TotalOutput"/>. Default:
    /// null, no limit.
    /// </summary>
    public CommandBuilder WithTotalOutput(long? limit) => Set(_command with { TotalOutput = limit });

    /// <summary>A further descriptor of the host, by its number inside, 3 or more. It is not closed.</summary>
    public CommandBuilder AddDescriptor(int number, SafeHandle handle) =>
        Set(_command with { Descriptors = _command.Descriptors.Add(number, handle) });

    /// <summary>
    /// A two-way stream between the host and the command, see <see cref="ISandboxProcess.Channel"/>. Default: none.
    /// </summary>
    /// <param name="descriptor">The number of the command's end, 3 or more;
    /// <see cref="CommandChannel.EnvironmentVariable"/> tells it.</param>
    public CommandBuilder WithChannel(int descriptor = 3) =>
        Set(_command with { Channel = new CommandChannel { Descriptor = descriptor } });

    /// <summary>
    /// A pseudo-terminal of its own in the place of the three standard streams, see
    /// <see cref="SandboxCommand.Terminal"/>. Default: none.
    /// </summary>
    /// <param name="columns">The width in characters, 1 to 65,535.</param>
    /// <param name="rows">The height in lines, 1 to 65,535.</param>
    public CommandBuilder WithTerminal(int columns = 80, int rows = 24) =>
        Set(_command with { Terminal = new CommandTerminal(columns, rows) });

    /// <summary>How long it may take by the clock. Default: no limit.</summary>
    public CommandBuilder WithWallTime(TimeSpan? limit) => Set(_command with { WallTime = limit });

    /// <summary>
    /// How much CPU time it may take with all that it started, see <see cref="SandboxCommand.CpuTime"/>. Default: null,
    /// no limit.
    /// </summary>
    public CommandBuilder WithCpuTime(TimeSpan? limit) => Set(_command with { CpuTime = limit });

    /// <summary>
    /// Sets how long the start may take, see <see cref="SandboxCommand.StartTimeout"/>. Default: 10 seconds.
    /// </summary>
    public CommandBuilder WithStartTimeout(TimeSpan timeout) => Set(_command with { StartTimeout = timeout });

    /// <summary>
    /// Sets the fate of processes that outlive the command's first one. Default: <see cref="CommandLeftovers.End"/>.
    /// </summary>
    public CommandBuilder WithLeftovers(CommandLeftovers leftovers) => Set(_command with { Leftovers = leftovers });

    /// <summary>
    /// The command. Afterwards the builder cannot be changed; start another one from the result to go on.
    /// </summary>
    /// <exception cref="SandboxSpecificationException">The command that it started with has errors; every one is
    /// listed.</exception>
    public SandboxCommand Build()
    {
        _command.Validate(AnySandbox);
        _isBuilt = true;
        return _command;
    }

    private static ValueTask<SystemCallDecision> Unanswered(
        SystemCallNotification notification, CancellationToken cancellationToken) =>
        ValueTask.FromResult(SystemCallDecision.Deny());

    private static ImmutableArray<string> Built(Action<ArgumentsBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentsBuilder builder = new();
        build(builder);
        return builder.Build();
    }

    private CommandBuilder Set(SandboxCommand command)
    {
        if (_isBuilt)
        {
            throw new InvalidOperationException(
                "The command was built already. To make another one from it, start a new CommandBuilder with it.");
        }

        // A filter that asks the host may come before the handler that answers; Build looks whether there is one.
        SystemCallSupervision supervision = command.SystemCallSupervision ?? new();
        (command with { SystemCallSupervision = supervision with { Handler = supervision.Handler ?? Unanswered } })
            .Validate(AnySandbox);
        _command = command;
        return this;
    }
}
