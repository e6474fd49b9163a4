using System.Collections.Immutable;

namespace Isolation;

/// <summary>What to run in a sandbox, and with what.</summary>
public sealed record SandboxCommand
{
    /// <summary>The environment of a command that sets none: a PATH, a HOME and UTF-8; nothing of the host's.</summary>
    public static ImmutableDictionary<string, string> DefaultEnvironment {
        get; } = ImmutableDictionary<string, string>.Empty
        .Add("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .Add("HOME", "/")
        .Add("LANG", "C.UTF-8");

    /// <summary>A program with its arguments.</summary>
    /// <param name="program">
    /// The path of the program inside the sandbox: absolute, or relative to the working directory if it has a slash;
    /// without one it is looked for in the directories of the command's PATH.
    /// </param>
    /// <param name="arguments">The arguments after the program's name.</param>
    public SandboxCommand(string program, params ImmutableArray<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        Program = program;
        Arguments = arguments;
    }

    /// <summary>The path of the program inside the sandbox.</summary>
    public string Program { get; init; }

    /// <summary>The arguments after the program's name.</summary>
    public ImmutableArray<string> Arguments { get; init; }

    /// <summary>The name that the program is told (<c>argv[0]</c>). Default: <see cref="Program"/>.</summary>
    public string? ProgramName { get; init; }

    /// <summary>
    /// The whole environment; nothing but the number of a <see cref="Channel"/> is added to it. Default:
    /// <see cref="DefaultEnvironment"/>.
    /// </summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = DefaultEnvironment;

    /// <summary>An absolute path inside. Default: <c>/</c>.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Who runs it. Default: the user of the specification.</summary>
    public SandboxUser? User { get; init; }

    /// <summary>
    /// Its capabilities, within the bounding set of <see cref="SandboxSpecification.Capabilities"/>. Default: null,
    /// those of the specification.
    /// </summary>
    public CapabilitySets? Capabilities { get; init; }

    /// <summary>
    /// Which system calls it may make. Default: null, what the specification says. A judge compiles under one filter
    /// and runs under another.
    /// </summary>
    public SystemCallFilter? SystemCalls { get; init; }

    /// <summary>
    /// How the host takes part in its system calls: decides on some, writes some down. Default: null, not at all.
    /// </summary>
    public SystemCallSupervision? SystemCallSupervision { get; init; }

    /// <summary>The mask for permissions of new files, 0 to 0777. Default: 0022.</summary>
    public UnixFileMode Umask { get; init; } = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>
    /// Resource limits, see setrlimit(2). Default: those of <see cref="ResourceLimit.Defaults"/>, and the host's for
    /// all other resources, but a <see cref="LimitedResource.CoreFile"/> of 1 byte: less than any core file, and the
    /// one value with which the kernel does not start a program of the host for a core dump either (core(5), "Piping
    /// core dumps to a program").
    /// </summary>
    public ImmutableArray<ResourceLimit> ResourceLimits { get; init; } = [];

    /// <summary>The nice value, -20 to 19. Below the host's needs CAP_SYS_NICE. Default: the host's.</summary>
    public int? Nice { get; init; }

    /// <summary>The CPUs it may run on, by number. Default: the host's.</summary>
    public ImmutableArray<int> Affinity { get; init; } = [];

    /// <summary>Where standard input comes from. Default: nothing to read.</summary>
    public InputSource StandardInput { get; init; } = InputSource.Null;

    /// <summary>Where standard output goes. Default: captured, at most 16 MiB.</summary>
    public OutputTarget StandardOutput { get; init; } = OutputTarget.Capture();

    /// <summary>Where standard error goes. Default: captured, at most 16 MiB.</summary>
    public OutputTarget StandardError { get; init; } = OutputTarget.Capture();

    /// <summary>
    /// The most bytes that it may write to standard output and standard error together, where these are captured,
    /// copied to a stream, written to a file or read through a pipe. A command that writes more is killed
    /// (<see cref="SandboxOutcome.OutputExceeded"/>), and no more is passed on. 0 or more. Default: no limit but those
    /// of each <see cref="OutputTarget"/>.
    /// </summary>
    public long? TotalOutput { get; init; }

    /// <summary>
    /// Further descriptors of the host passed on, by their number inside, 3 or more. All others are closed.
    /// </summary>
    public ImmutableDictionary<int, System.Runtime.InteropServices.SafeHandle> Descriptors { get; init; } =
        ImmutableDictionary<int, System.Runtime.InteropServices.SafeHandle>.Empty;

    /// <summary>
    /// A two-way stream between the host and the command, see <see cref="ISandboxProcess.Channel"/>. Only
    /// <see cref="ISandbox.StartAsync"/> takes it. Default: null, none.
    /// </summary>
    public CommandChannel? Channel { get; init; }

    /// <summary>
    /// A pseudo-terminal of its own, in the place of its three standard streams, which are left at their defaults. See
    /// <see cref="ISandboxProcess.Terminal"/>. Only <see cref="ISandbox.StartAsync"/> takes it. Programs that draw look
    /// at the variable TERM, which <see cref="Environment"/> has to set. Default: null, none; a command is then in a
    /// session without a terminal.
    /// </summary>
    /// <remarks>
    /// It is in the sandbox's own instance of devpts where there is a <see cref="DeviceMount"/> with
    /// <see cref="DeviceTerminals.Own"/>, and has a name there. Elsewhere, such as in a sandbox without namespaces, the
    /// host makes a pair of its own for it, which has no name inside.
    /// </remarks>
    public CommandTerminal? Terminal { get; init; }

    /// <summary>
    /// How long it may take by the clock, from its first instruction on. Then it is killed with all that it started.
    /// More than zero; any length up to <see cref="TimeSpan.MaxValue"/> is good. Default: no limit.
    /// </summary>
    public TimeSpan? WallTime { get; init; }

    /// <summary>
    /// How much CPU time it may take with all that it started, user and kernel mode and all CPUs together, from its
    /// first instruction on. Then it is killed with all that it started; a command that took more and ended before it
    /// could be killed has exceeded the limit as well. It can take about 1 ms more for each CPU. Counted by its control
    /// group, where <see cref="SandboxSpecification.Limits"/> is set, else by the clocks of its processes: these miss
    /// processes that end without being waited for (a parent that ignores SIGCHLD), and, beside other commands,
    /// processes that have left its session and lost their parent. More than zero. Default: no limit.
    /// </summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>
    /// Gets how long the start may take: from the moment the command is sent to the sandbox until its program is
    /// executed. More than zero. Default: 10 seconds; <see cref="WallTime"/> where that is shorter, but never less than
    /// one second.
    /// </summary>
    /// <remarks>
    /// A start that takes longer is examined, and ended as <see cref="SandboxOutcome.StartTimedOut"/> if it makes no
    /// progress: another process holds a lease on the program (fcntl(2), <c>F_SETLEASE</c>), has stopped the starting
    /// process, or a file system does not answer. A start that only waits for a CPU goes on.
    /// </remarks>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets the fate of processes that still run when the command's first process ends. Default:
    /// <see cref="CommandLeftovers.End"/>, they are killed. <see cref="CommandLeftovers.Keep"/> requires a sandbox that
    /// outlives the command: <see cref="ISandboxProvider.RunAsync"/> refuses it.
    /// </summary>
    public CommandLeftovers Leftovers { get; init; }

    /// <summary>
    /// Every error in it, in the order of its members; empty if there is none. Asks the host nothing.
    /// </summary>
    /// <param name="specification">The sandbox that it is to run in.</param>
    public ImmutableArray<SpecificationError> FindErrors(SandboxSpecification specification)
    {
        ErrorList errors = default;
        CommandRules.Check(this, specification, ref errors);
        return errors.ToImmutable();
    }

    /// <summary>
    /// Throws if there is an error in it. Every provider does this in <see cref="ISandbox.StartAsync"/>.
    /// </summary>
    /// <param name="specification">The sandbox that it is to run in.</param>
    /// <exception cref="SandboxSpecificationException">There are errors; every one is listed.</exception>
    public void Validate(SandboxSpecification specification)
    {
        ErrorList errors = default;
        CommandRules.Check(this, specification, ref errors);
        errors.ThrowIfAny();
    }

    /// <summary>
    /// The same as <see cref="Validate"/>, and refuses pipes, a channel and a terminal, which nobody could use. Every
    /// provider does this in <see cref="ISandbox.RunAsync"/> and <see cref="ISandboxProvider.RunAsync"/>.
    /// </summary>
    /// <param name="specification">The sandbox that it is to run in.</param>
    /// <exception cref="SandboxSpecificationException">There are errors; every one is listed.</exception>
    public void ValidateForRun(SandboxSpecification specification)
    {
        ErrorList errors = default;
        CommandRules.Check(this, specification, ref errors);
        StandardStreamRules.CheckForRun(this, ref errors);
        ChannelRules.CheckForRun(this, ref errors);
        TerminalRules.CheckForRun(this, ref errors);
        errors.ThrowIfAny();
    }
}
