namespace Isolation.Linux.Steps;

/// <summary>Specifies the kind of a step, which determines the remedy for its failure.</summary>
internal enum StepKind
{
    /// <summary>A step without a specific remedy.</summary>
    Other,

    /// <summary>Creating a process, in new namespaces or not.</summary>
    Clone,

    /// <summary>Creating the process of a command.</summary>
    CloneCommand,

    /// <summary>The steps of a command's process before it restricts itself and executes the payload.</summary>
    PrepareCommand,

    /// <summary>Opening a namespace to join.</summary>
    OpenNamespace,

    /// <summary>Joining a namespace.</summary>
    Join,

    /// <summary>Writing an id map.</summary>
    IdMap,

    /// <summary>Setting the offsets of clocks.</summary>
    ClockOffsets,

    /// <summary>Entering the host directory that becomes the root, as chroot(2) does.</summary>
    EnterRoot,

    /// <summary>Setting the user or group id.</summary>
    TakeId,

    /// <summary>Setting supplementary groups.</summary>
    TakeGroups,

    /// <summary>Changing the owner of a file.</summary>
    Own,

    /// <summary>Opening a file or directory of the host.</summary>
    OpenOfHost,

    /// <summary>Opening a host file that is a stream of a command.</summary>
    OpenStream,

    /// <summary>Creating a pipe.</summary>
    MakePipe,

    /// <summary>Opening a file or directory of the host to copy it into the sandbox.</summary>
    OpenHostFile,

    /// <summary>Writing a file or directory into a running sandbox.</summary>
    PutFile,

    /// <summary>Opening a file or directory of a running sandbox to copy it out.</summary>
    TakeFile,

    /// <summary>Reading or changing the network.</summary>
    Network,

    /// <summary>Finding a path in the root.</summary>
    FindInside,

    /// <summary>Entering a directory.</summary>
    EnterDirectory,

    /// <summary>Creating, changing, moving or detaching a mount.</summary>
    Mount,

    /// <summary>Creating a procfs.</summary>
    MakeProc,

    /// <summary>Creating a sysfs.</summary>
    MakeSys,

    /// <summary>Setting the host name or the domain name.</summary>
    SetHostName,

    /// <summary>Finding or placing a layer of an overlay.</summary>
    FindLayer,

    /// <summary>Creating an overlay.</summary>
    MakeOverlay,

    /// <summary>Creating a file, a directory or a link in the root.</summary>
    MakeEntry,

    /// <summary>Writing the content of a file in the root.</summary>
    WriteContent,

    /// <summary>Writing into a memory file.</summary>
    FillMemoryFile,

    /// <summary>Mapping the owners of a mount.</summary>
    MapOwners,

    /// <summary>Setting a resource limit.</summary>
    Limit,

    /// <summary>Setting the nice value.</summary>
    Nice,

    /// <summary>Setting the CPU affinity.</summary>
    Affinity,

    /// <summary>Creating or opening a cgroup.</summary>
    MakeGroup,

    /// <summary>Writing a limit into a cgroup.</summary>
    SetGroupLimit,

    /// <summary>Joining a cgroup.</summary>
    JoinGroup,

    /// <summary>Finding a device of the host by its path.</summary>
    FindDevice,

    /// <summary>Denying a v1 cgroup all devices.</summary>
    DenyDevices,

    /// <summary>Allowing a v1 cgroup a device.</summary>
    AllowDevices,

    /// <summary>Loading a device program.</summary>
    LoadDeviceProgram,

    /// <summary>Attaching a device program to a v2 cgroup.</summary>
    AttachDeviceProgram,

    /// <summary>Watching the events of a cgroup.</summary>
    WatchGroup,

    /// <summary>Creating or enforcing a Landlock ruleset.</summary>
    Landlock,

    /// <summary>Finding the path of a Landlock rule.</summary>
    LandlockPath,

    /// <summary>Loading a system-call filter.</summary>
    LoadFilter,

    /// <summary>Executing a program.</summary>
    Execute,

    /// <summary>A step of a command before its execution that exceeded the sandbox's memory limit.</summary>
    MemoryLimit,

    /// <summary>Creating a pseudo-terminal.</summary>
    MakeTerminal,

    /// <summary>Joining a new session keyring.</summary>
    Keyring,

    /// <summary>Denying memory that is both writable and executable.</summary>
    DenyWriteExecute,

    /// <summary>Disabling speculation.</summary>
    Speculation,

    /// <summary>Creating a core-scheduling cookie.</summary>
    CoreScheduling,

    /// <summary>Setting the score by which the kernel selects processes to kill when memory runs out.</summary>
    OutOfMemoryScore,

    /// <summary>Setting capabilities or secure bits.</summary>
    SetPrivileges,
}
