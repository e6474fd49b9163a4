using System.Collections.Immutable;

namespace Isolation;

/// <summary>Describes a command to run in a sandbox: its program, arguments, environment, streams and limits.</summary>
public sealed partial record SandboxCommand
{
    /// <summary>
    /// Gets the default environment of a command: PATH, a UTF-8 locale, and <c>/tmp</c> as HOME, which is the home of
    /// the user in presets that run programs of the host. It contains no variables of the application.
    /// </summary>
    public static ImmutableDictionary<string, string> DefaultEnvironment
    {
        get;
    } = ImmutableDictionary<string, string>.Empty
        .Add("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .Add("HOME", "/tmp")
        .Add("LANG", "C.UTF-8");

    /// <summary>
    /// Initializes a new instance of the <see cref="SandboxCommand"/> class with a program and its arguments.
    /// </summary>
    /// <param name="program">
    /// The path of the program inside the sandbox: absolute, or relative to the working directory if it contains a
    /// slash. A name without a slash is searched for in the directories of the command's PATH.
    /// </param>
    /// <param name="arguments">The arguments after the program's name.</param>
    public SandboxCommand(string program, params IEnumerable<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(arguments);
        Program = program;
        Arguments = arguments is ImmutableArray<string> array ? array : [.. arguments];
    }

    /// <summary>Gets the path of the program inside the sandbox.</summary>
    public string Program { get; init; }

    /// <summary>Gets the arguments after the program's name.</summary>
    public ImmutableArray<string> Arguments { get; init; }

    /// <summary>
    /// Gets the name that is passed to the program as <c>argv[0]</c>. Default: <see cref="Program"/>.
    /// </summary>
    public string? ProgramName { get; init; }

    /// <summary>
    /// Gets the complete environment. Only the descriptor number of a <see cref="Channel"/> is added to it. Default:
    /// <see cref="DefaultEnvironment"/>.
    /// </summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = DefaultEnvironment;

    /// <summary>Gets the working directory, an absolute path inside the sandbox. Default: <c>/</c>.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Gets the user that runs the command. Default: null, the user of the specification.</summary>
    public SandboxUser? User { get; init; }

    /// <summary>
    /// Gets the capabilities of the command, within the bounding set of
    /// <see cref="SandboxSpecification.Capabilities"/>. Default: null, those of the specification.
    /// </summary>
    public CapabilitySets? Capabilities { get; init; }

    /// <summary>
    /// Gets the filter of the system calls that the command may make. Default: null, the filter of the specification.
    /// For example, a judge compiles under one filter and runs under another.
    /// </summary>
    public SystemCallFilter? SystemCalls { get; init; }

    /// <summary>
    /// Gets the supervision of the command's system calls: the application can decide on some and observe others.
    /// Default: null, no supervision.
    /// </summary>
    public SystemCallSupervision? SystemCallSupervision { get; init; }

    /// <summary>Gets the mask that is removed from the permissions of new files, 0 to 0777. Default: 0022.</summary>
    public UnixFileMode Umask { get; init; } = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>
    /// Gets the resource limits; see setrlimit(2). Default: those of <see cref="ResourceLimit.Defaults"/>.
    /// </summary>
    /// <remarks>
    /// For all other resources, the limits of the application apply, except that <see cref="LimitedResource.CoreFile"/>
    /// is limited to 1 byte. This limit is smaller than any core file, and it is the only value that also prevents the
    /// kernel from starting a program on the host for a core dump; see core(5), "Piping core dumps to a program".
    /// </remarks>
    public ImmutableArray<ResourceLimit> ResourceLimits { get; init; } = [];

    /// <summary>
    /// Gets the nice value, -20 to 19. A value below the application's requires CAP_SYS_NICE. Default: null, the
    /// application's.
    /// </summary>
    public int? Nice { get; init; }

    /// <summary>Gets the numbers of the CPUs that the command may run on. Default: those of the application.</summary>
    public ImmutableArray<int> Affinity { get; init; } = [];

    /// <summary>Gets the source of standard input. Default: empty input.</summary>
    public InputSource StandardInput { get; init; } = InputSource.Null;

    /// <summary>Gets the target of standard output. Default: captured, up to 16 MiB.</summary>
    public OutputTarget StandardOutput { get; init; } = OutputTarget.Capture();

    /// <summary>Gets the target of standard error. Default: captured, up to 16 MiB.</summary>
    public OutputTarget StandardError { get; init; } = OutputTarget.Capture();

    /// <summary>
    /// Gets the maximum number of bytes that the command may write to standard output and standard error together, 0 or
    /// more. Default: null, only the limits of each <see cref="OutputTarget"/>.
    /// </summary>
    /// <remarks>
    /// The limit covers streams that are captured, copied to a stream, written to a file or read through a pipe. A
    /// command that writes more is killed (<see cref="SandboxOutcome.OutputExceeded"/>), and output beyond the limit is
    /// discarded.
    /// </remarks>
    public long? TotalOutput { get; init; }

    /// <summary>
    /// Gets additional file descriptors of the application to pass to the command, keyed by their number inside, 3 or
    /// more. All other descriptors are closed.
    /// </summary>
    public ImmutableDictionary<int, System.Runtime.InteropServices.SafeHandle> Descriptors { get; init; } =
        ImmutableDictionary<int, System.Runtime.InteropServices.SafeHandle>.Empty;

    /// <summary>
    /// Gets the two-way stream between the application and the command; see <see cref="ISandboxProcess.Channel"/>.
    /// Supported by <see cref="ISandbox.StartAsync"/> only. Default: null, no channel.
    /// </summary>
    public CommandChannel? Channel { get; init; }

    /// <summary>
    /// Gets the pseudo-terminal that replaces the three standard streams; see <see cref="ISandboxProcess.Terminal"/>.
    /// Supported by <see cref="ISandbox.StartAsync"/> only. Default: null, a session without a terminal.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Leave the standard streams at their defaults when a terminal is set. Full-screen programs require the variable
    /// TERM, which must be set in <see cref="Environment"/>.
    /// </para>
    /// <para>
    /// With a <see cref="DeviceMount"/> that has <see cref="DeviceTerminals.Own"/>, the terminal belongs to the
    /// sandbox's own devpts instance and has a name there. Otherwise, such as in a sandbox without namespaces, the
    /// terminal is created on the host and has no name inside the sandbox.
    /// </para>
    /// </remarks>
    public CommandTerminal? Terminal { get; init; }

    /// <summary>
    /// Gets the maximum elapsed time, counted from the first instruction of the program. When it is exceeded, the
    /// command is killed with everything that it started. More than zero, up to <see cref="TimeSpan.MaxValue"/>.
    /// Default: null, no limit.
    /// </summary>
    public TimeSpan? WallTime { get; init; }

    /// <summary>
    /// Gets the maximum CPU time of the command and everything that it started, counted from the first instruction of
    /// the program. When it is exceeded, the command is killed with everything that it started. More than zero.
    /// Default: null, no limit.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The limit covers user and kernel mode on all CPUs. A command can use about 1 ms more per CPU. A command that
    /// exceeds the limit and ends before it is killed is reported as having exceeded the limit.
    /// </para>
    /// <para>
    /// The time is measured by the command's cgroup if <see cref="SandboxSpecification.Limits"/> is set; otherwise, by
    /// the clocks of its processes. The clocks miss processes that end without being waited for (a parent that ignores
    /// SIGCHLD). If other commands run at the same time, the clocks also miss processes that left the command's session
    /// and lost their parent.
    /// </para>
    /// </remarks>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>
    /// Gets the maximum duration of the start, from the moment the command is sent to the sandbox until its program is
    /// executed. More than zero. Default: 10 seconds, or <see cref="WallTime"/> if that is shorter, but at least one
    /// second.
    /// </summary>
    /// <remarks>
    /// If a start exceeds the timeout and makes no progress, it ends as <see cref="SandboxOutcome.StartTimedOut"/>.
    /// Causes are another process that holds a lease on the program (fcntl(2), <c>F_SETLEASE</c>) or has stopped the
    /// starting process, and a file system that does not respond. A start that only waits for a CPU continues.
    /// </remarks>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets a value that specifies what happens to processes that are still running when the command's first process
    /// ends. Default: <see cref="CommandLeftovers.End"/>, they are killed.
    /// </summary>
    /// <remarks>
    /// <see cref="CommandLeftovers.Keep"/> requires a sandbox that outlives the command, so
    /// <see cref="ISandboxProvider.RunAsync"/> rejects it.
    /// </remarks>
    public CommandLeftovers Leftovers { get; init; }

    /// <summary>
    /// Gets the process that the command becomes. Default: <see cref="CommandRole.Child"/>.
    /// </summary>
    /// <remarks>
    /// <see cref="CommandRole.Init"/> requires a new PID namespace and <see cref="SandboxLifetime.Application"/>. It
    /// cannot be combined with <see cref="CommandLeftovers.Keep"/> or <see cref="SystemCallSupervision"/>. Results
    /// contain the wall time as measured by the application.
    /// </remarks>
    public CommandRole Role { get; init; }
}
