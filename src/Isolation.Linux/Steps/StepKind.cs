using Isolation.Linux.Files;

namespace Isolation.Linux.Steps;

/// <summary>What a step is, as far as that decides what to do about its failure.</summary>
internal enum StepKind
{
    /// <summary>Nothing in particular.</summary>
    Other,

    /// <summary>Making a process, in new namespaces or not.</summary>
    Clone,

    /// <summary>Making the process of a command.</summary>
    CloneCommand,

    /// <summary>All that the process of a command does before it restricts itself and executes the payload.</summary>
    PrepareCommand,

    /// <summary>Opening a namespace to be joined.</summary>
    OpenNamespace,

    /// <summary>Joining a namespace.</summary>
    Join,

    /// <summary>Writing an id map.</summary>
    IdMap,

    /// <summary>Setting the offsets of clocks.</summary>
    ClockOffsets,

    /// <summary>Entering the host's directory that is the root, as chroot(2) does.</summary>
    EnterRoot,

    /// <summary>Taking a user or group id.</summary>
    TakeId,

    /// <summary>Taking supplementary groups.</summary>
    TakeGroups,

    /// <summary>Giving a file to somebody.</summary>
    Own,

    /// <summary>Opening what the host has.</summary>
    OpenOfHost,

    /// <summary>Opening a file of the host that a stream of a command is.</summary>
    OpenStream,

    /// <summary>Making a pipe.</summary>
    MakePipe,

    /// <summary>Opening a file or directory of the host that is to be copied into the sandbox.</summary>
    OpenHostFile,

    /// <summary>Writing a file or directory into a running sandbox.</summary>
    PutFile,

    /// <summary>Opening a file or directory of a running sandbox to copy it out.</summary>
    TakeFile,

    /// <summary>Looking for a place in the root.</summary>
    FindInside,

    /// <summary>Entering a directory.</summary>
    EnterDirectory,

    /// <summary>Making a process file system.</summary>
    MakeProc,

    /// <summary>Making a sysfs.</summary>
    MakeSys,

    /// <summary>Finding or placing a layer of an overlay.</summary>
    FindLayer,

    /// <summary>Making an overlay.</summary>
    MakeOverlay,

    /// <summary>Making a file, a directory or a link in the root.</summary>
    MakeEntry,

    /// <summary>Writing the content of a file in the root.</summary>
    WriteContent,

    /// <summary>Writing into a memory file of the host.</summary>
    FillMemoryFile,

    /// <summary>Mapping the owners of a mount.</summary>
    MapOwners,

    /// <summary>Setting a resource limit.</summary>
    Limit,

    /// <summary>Setting the nice value.</summary>
    Nice,

    /// <summary>Choosing processors.</summary>
    Affinity,

    /// <summary>Making a control group, or opening it.</summary>
    MakeGroup,

    /// <summary>Writing a limit into a control group.</summary>
    SetGroupLimit,

    /// <summary>Becoming a member of a control group.</summary>
    JoinGroup,

    /// <summary>Finding a device of the host by its path.</summary>
    FindDevice,

    /// <summary>Refusing a control group of v1 every device.</summary>
    DenyDevices,

    /// <summary>Allowing a control group of v1 a device.</summary>
    AllowDevices,

    /// <summary>Loading the program that decides on devices.</summary>
    LoadDeviceProgram,

    /// <summary>Attaching that to a control group of v2.</summary>
    AttachDeviceProgram,

    /// <summary>Asking to be told of what happens to a control group.</summary>
    WatchGroup,

    /// <summary>Making a Landlock ruleset, or taking it on.</summary>
    Landlock,

    /// <summary>Finding what a Landlock rule is for.</summary>
    LandlockPath,

    /// <summary>Loading a filter of system calls.</summary>
    LoadFilter,

    /// <summary>Executing a program.</summary>
    Execute,

    /// <summary>Anything that a command does up to its execution and that its sandbox's memory limit stopped.</summary>
    MemoryLimit,

    /// <summary>Making a pseudo-terminal.</summary>
    MakeTerminal,

    /// <summary>Taking a session keyring.</summary>
    Keyring,

    /// <summary>Forbidding memory that is both written and executed.</summary>
    DenyWriteExecute,

    /// <summary>Switching speculation off.</summary>
    Speculation,

    /// <summary>Taking a core-scheduling cookie.</summary>
    CoreScheduling,

    /// <summary>Setting how ready the kernel is to kill when memory runs out.</summary>
    OutOfMemoryScore,

    /// <summary>Taking capabilities or secure bits.</summary>
    SetPrivileges,
}
