using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Isolation;

/// <summary>Builds a <see cref="SandboxCommand"/>.</summary>
/// <remarks>
/// <c>With…</c> methods replace a value; <c>Add…</c> methods append to it. Each method throws if its arguments are
/// invalid. <see cref="Build"/> makes the builder read-only. The builder is not thread-safe; the command that it builds
/// is.
/// </remarks>
public sealed partial class CommandBuilder
{
    private static readonly SandboxSpecification AnySandbox = new();

    private SandboxCommand _command;
    private bool _isBuilt;

    /// <summary>Initializes a builder with a program that has no arguments.</summary>
    /// <param name="program">The path of the program in the sandbox, or its name if it is in a directory of
    /// <c>PATH</c>.</param>
    public CommandBuilder(string program)
        : this(new SandboxCommand(program))
    {
    }

    /// <summary>Initializes a builder with the values of a command. The command is not changed.</summary>
    public CommandBuilder(SandboxCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        _command = command with
        {
            Arguments = command.Arguments.IsDefault ? [] : command.Arguments,
            ResourceLimits = command.ResourceLimits.IsDefault ? [] : command.ResourceLimits,
        };
    }

    /// <summary>Sets the arguments that follow the program name. Default: none.</summary>
    public CommandBuilder WithArguments(params IEnumerable<string> arguments) =>
        Set(_command with { Arguments = [.. arguments] });

    /// <summary>Sets the arguments that follow the program name. Default: none.</summary>
    public CommandBuilder WithArguments(Action<ArgumentsBuilder> build) => WithArguments(Built(build));

    /// <summary>Adds arguments.</summary>
    public CommandBuilder AddArguments(params IEnumerable<string> arguments) =>
        Set(_command with { Arguments = _command.Arguments.AddRange(arguments) });

    /// <summary>Adds arguments.</summary>
    public CommandBuilder AddArguments(Action<ArgumentsBuilder> build) => AddArguments(Built(build));

    /// <summary>Sets the name that the program receives as <c>argv[0]</c>. Default: the program.</summary>
    public CommandBuilder WithProgramName(string? name) => Set(_command with { ProgramName = name });

    /// <summary>Replaces the environment. Default: <see cref="SandboxCommand.DefaultEnvironment"/>.</summary>
    public CommandBuilder WithEnvironment(IEnumerable<KeyValuePair<string, string>> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return Set(_command with { Environment = variables.ToImmutableDictionary() });
    }

    /// <summary>Replaces the environment, starting from <see cref="SandboxCommand.DefaultEnvironment"/>.</summary>
    public CommandBuilder WithEnvironment(Action<EnvironmentBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        EnvironmentBuilder builder = new();
        build(builder);
        return Set(_command with { Environment = builder.Build() });
    }

    /// <summary>Adds an environment variable, or replaces the variable of the same name.</summary>
    public CommandBuilder AddEnvironment(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Set(_command with { Environment = _command.Environment.SetItem(name, value) });
    }

    /// <summary>Sets the working directory, an absolute path in the sandbox. Default: <c>/</c>.</summary>
    public CommandBuilder WithWorkingDirectory(string path) => Set(_command with { WorkingDirectory = path });

    /// <summary>Sets the user that the command runs as. Default: the user of the specification.</summary>
    public CommandBuilder WithUser(SandboxUser? user) => Set(_command with { User = user });

    /// <summary>Sets the user that the command runs as. Default: the user of the specification.</summary>
    public CommandBuilder WithUser(uint userId, uint groupId, params ImmutableArray<uint> supplementaryGroups) =>
        WithUser(new SandboxUser(userId, groupId) { SupplementaryGroups = supplementaryGroups });

    /// <summary>
    /// Sets the capabilities, which are limited to the bounding set of the sandbox. Default: those of the sandbox.
    /// </summary>
    public CommandBuilder WithCapabilities(CapabilitySets? sets) => Set(_command with { Capabilities = sets });

    /// <summary>Sets the system call filter. Default: null, the filter of the specification.</summary>
    public CommandBuilder WithSystemCalls(SystemCallFilter? filter) => Set(_command with { SystemCalls = filter });

    /// <summary>
    /// Sets the system call filter by rules, which precede those of <see cref="SystemCallFilter.Default"/> or of the
    /// filter that the rules start from.
    /// </summary>
    public CommandBuilder WithSystemCalls(Action<SystemCallFilterBuilder> build) =>
        WithSystemCalls(SystemCallFilterBuilder.Build(build, SystemCallFilter.Default));

    /// <summary>
    /// Sets the handler that decides on system calls with the action <see cref="SystemCallAction.Notify"/>, and the
    /// time limit for each decision. Default: 10 seconds.
    /// </summary>
    public CommandBuilder WithSystemCallHandler(SystemCallHandler handler, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        SystemCallSupervision supervision = _command.SystemCallSupervision ?? new();
        return Set(
            _command with
            {
                SystemCallSupervision = supervision with
                {
                    Handler = handler,
                    Deadline = deadline ?? supervision.Deadline
                }
            });
    }

    /// <summary>
    /// Sets the system calls to record; see <see cref="SandboxResult.ObservedCalls"/>. Default: none.
    /// </summary>
    public CommandBuilder WithSystemCallObservation(SystemCallObservation observation) =>
        Set(_command with
        {
            SystemCallSupervision = (_command.SystemCallSupervision ?? new()) with { Observation = observation }
        });

    /// <summary>Sets the file mode creation mask. Default: 0022.</summary>
    public CommandBuilder WithUmask(UnixFileMode umask) => Set(_command with { Umask = umask });

    /// <summary>
    /// Sets the resource limits. Default: those of the application, except that core files are disabled.
    /// </summary>
    public CommandBuilder WithResourceLimits(params ImmutableArray<ResourceLimit> limits) =>
        Set(_command with { ResourceLimits = limits.IsDefault ? [] : limits });

    /// <summary>Adds a resource limit with the same soft and hard value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public CommandBuilder AddResourceLimit(LimitedResource resource, long value) =>
        AddResourceLimit(resource, value, value);

    /// <summary>Adds a resource limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative.</exception>
    public CommandBuilder AddResourceLimit(LimitedResource resource, long soft, long hard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(soft);
        ArgumentOutOfRangeException.ThrowIfNegative(hard);
        return AddResourceLimit(resource, (ulong)soft, (ulong)hard);
    }

    /// <summary>Adds a resource limit with the same soft and hard value.</summary>
    public CommandBuilder AddResourceLimit(LimitedResource resource, ulong value) =>
        AddResourceLimit(resource, value, value);

    /// <summary>Adds a resource limit.</summary>
    public CommandBuilder AddResourceLimit(LimitedResource resource, ulong soft, ulong hard) =>
        Set(_command with { ResourceLimits = _command.ResourceLimits.Add(new ResourceLimit(resource, soft, hard)) });

    /// <summary>Sets the nice value, -20 to 19. Default: that of the application.</summary>
    public CommandBuilder WithNice(int? nice) => Set(_command with { Nice = nice });

    /// <summary>Sets the numbers of the CPUs that the command may run on. Default: those of the application.</summary>
    public CommandBuilder WithAffinity(params ImmutableArray<int> cpus) => Set(_command with { Affinity = cpus });

    /// <summary>
    /// Sets the maximum size of standard output and standard error together, in bytes; see
    /// <see cref="SandboxCommand.TotalOutput"/>. Default: null, no limit.
    /// </summary>
    public CommandBuilder WithTotalOutput(long? limit) => Set(_command with { TotalOutput = limit });

    /// <summary>
    /// Adds a file descriptor of the application under a number of 3 or more. The handle is not closed.
    /// </summary>
    public CommandBuilder AddDescriptor(int number, SafeHandle handle) =>
        Set(_command with { Descriptors = _command.Descriptors.Add(number, handle) });

    /// <summary>
    /// Adds a two-way stream between the application and the command; see <see cref="ISandboxProcess.Channel"/>.
    /// Default: none.
    /// </summary>
    /// <param name="descriptor">The file descriptor of the command's end, 3 or more; the command finds the number in
    /// <see cref="CommandChannel.EnvironmentVariable"/>.</param>
    public CommandBuilder WithChannel(int descriptor = 3) =>
        Set(_command with { Channel = new CommandChannel { Descriptor = descriptor } });

    /// <summary>
    /// Replaces the three standard streams by a new pseudo-terminal; see <see cref="SandboxCommand.Terminal"/>.
    /// Default: none.
    /// </summary>
    /// <param name="columns">The width in characters, 1 to 65,535.</param>
    /// <param name="rows">The height in lines, 1 to 65,535.</param>
    public CommandBuilder WithTerminal(int columns = 80, int rows = 24) =>
        Set(_command with { Terminal = new CommandTerminal(columns, rows) });

    /// <summary>Sets the wall-time limit. Default: null, no limit.</summary>
    public CommandBuilder WithWallTime(TimeSpan? limit) => Set(_command with { WallTime = limit });

    /// <summary>
    /// Sets the CPU-time limit of the command and its descendants; see <see cref="SandboxCommand.CpuTime"/>. Default:
    /// null, no limit.
    /// </summary>
    public CommandBuilder WithCpuTime(TimeSpan? limit) => Set(_command with { CpuTime = limit });

    /// <summary>
    /// Sets the time limit for starting the command; see <see cref="SandboxCommand.StartTimeout"/>. Default: 10
    /// seconds.
    /// </summary>
    public CommandBuilder WithStartTimeout(TimeSpan timeout) => Set(_command with { StartTimeout = timeout });

    /// <summary>
    /// Sets what happens to processes that outlive the first process of the command. Default:
    /// <see cref="CommandLeftovers.End"/>.
    /// </summary>
    public CommandBuilder WithLeftovers(CommandLeftovers leftovers) => Set(_command with { Leftovers = leftovers });

    /// <summary>
    /// Sets which process of its sandbox the command becomes. Default: <see cref="CommandRole.Child"/>.
    /// </summary>
    public CommandBuilder WithRole(CommandRole role) => Set(_command with { Role = role });

    /// <summary>Builds the command, so that a builder can be passed wherever a command is expected.</summary>
    /// <inheritdoc cref="Build" path="/exception"/>
    [SuppressMessage("Usage", "CA2225", Justification = "Build is the method of the same meaning.")]
    public static implicit operator SandboxCommand(CommandBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Build();
    }

    /// <summary>Builds the command.</summary>
    /// <remarks>
    /// The builder cannot be changed afterwards. To build another command from the result, pass it to a new builder.
    /// </remarks>
    /// <exception cref="SandboxSpecificationException">The command passed to the constructor is invalid; the exception
    /// lists every error.</exception>
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
                "The command has already been built. To build another one from it, pass it to a new CommandBuilder.");
        }

        // The filter may be set before the handler that it requires; Build checks that there is one.
        SystemCallSupervision supervision = command.SystemCallSupervision ?? new();
        (command with { SystemCallSupervision = supervision with { Handler = supervision.Handler ?? Unanswered } })
            .Validate(AnySandbox);
        _command = command;
        return this;
    }
}
