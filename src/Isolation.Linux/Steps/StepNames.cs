using static Isolation.Linux.Steps.StepKind;

namespace Isolation.Linux.Steps;

/// <summary>
/// Gets the identifiers of kinds of steps, see <see cref="SandboxException.Operation"/>. They are part of the public
/// contract, listed in docs/errors.md, and do not change when a kind is renamed.
/// </summary>
internal static class StepNames
{
    internal static string Of(StepKind kind) => kind switch
    {
        Other => "other",
        Clone => "clone",
        CloneCommand => "clone-command",
        PrepareCommand => "prepare-command",
        OpenNamespace => "open-namespace",
        Join => "join-namespace",
        StepKind.IdMap => "map-ids",
        ClockOffsets => "set-clock-offsets",
        EnterRoot => "enter-root",
        TakeId => "set-id",
        TakeGroups => "set-groups",
        Own => "change-owner",
        OpenOfHost => "open-host-path",
        OpenStream => "open-stream",
        MakePipe => "create-pipe",
        OpenHostFile => "open-copy-source",
        PutFile => "copy-in",
        TakeFile => "copy-out",
        Network => "configure-network",
        FindInside => "find-path",
        EnterDirectory => "enter-directory",
        Mount => "mount",
        MakeProc => "mount-proc",
        MakeSys => "mount-sys",
        SetHostName => "set-host-name",
        FindLayer => "find-layer",
        MakeOverlay => "mount-overlay",
        MakeEntry => "create-entry",
        WriteContent => "write-content",
        FillMemoryFile => "fill-memory-file",
        MapOwners => "map-owners",
        Limit => "set-resource-limit",
        Nice => "set-nice",
        Affinity => "set-affinity",
        MakeGroup => "create-cgroup",
        SetGroupLimit => "set-limit",
        JoinGroup => "join-cgroup",
        FindDevice => "find-device",
        DenyDevices => "deny-devices",
        AllowDevices => "allow-device",
        LoadDeviceProgram => "load-device-program",
        AttachDeviceProgram => "attach-device-program",
        WatchGroup => "watch-cgroup",
        StepKind.Landlock => "restrict-landlock",
        LandlockPath => "find-landlock-path",
        LoadFilter => "load-filter",
        Execute => "execute",
        MemoryLimit => "memory-limit",
        MakeTerminal => "create-terminal",
        Keyring => "create-keyring",
        DenyWriteExecute => "deny-write-execute",
        Speculation => "disable-speculation",
        CoreScheduling => "create-core-cookie",
        OutOfMemoryScore => "set-oom-score",
        SetPrivileges => "set-privileges",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind of step has no identifier."),
    };
}
