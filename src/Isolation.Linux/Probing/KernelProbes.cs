using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Probing;

/// <summary>Tries operations on this host.</summary>
internal sealed class KernelProbes : IKernelProbes
{
    private static SystemCallTable Calls => SystemCallTable.Current;

    public int TryNamespaces(Namespaces kinds)
    {
        ProbeProgram trial = new(NamespaceKind.All.Where(kind => kinds.HasFlag(kind.Kind)).Sum(kind => kind.Flag));
        if (kinds.HasFlag(Namespaces.User))
        {
            // A security module may allow creating the namespace but deny all rights in it. Setting a host name
            // requires such a right.
            trial.Builder.Step("", null, Calls.Unshare, CloneArguments.NewUts);
            trial.Builder.Step("", null, Calls.Sethostname, trial.Builder.AddText("trial"), 5);
        }

        if (kinds.HasFlag(Namespaces.Mount))
        {
            trial.Mounts.Separate(Kernel.MsPrivate);
        }

        return trial.Run();
    }

    public int TryProc(bool inUserNamespace, ProcContent content)
    {
        ProbeProgram trial = new(Flags(inUserNamespace) | CloneArguments.NewPid);
        FileSystem(trial, "proc", content == ProcContent.ProcessesOnly ? [("subset", "pid")] : []);
        return trial.Run();
    }

    public int TryOverlay(bool inUserNamespace)
    {
        ProbeProgram trial = new(Flags(inUserNamespace));
        ProgramBuilder b = trial.Builder;
        trial.Mounts.Separate(Kernel.MsPrivate);
        if (inUserNamespace)
        {
            trial.MapOwnIds();
        }

        // overlayfs takes its directories by path, so the tmpfs with the directories is mounted on a directory that
        // every host has.
        long memory = FileSystem(trial, "tmpfs", []);
        foreach (string directory in new[] { "lower", "upper", "work" })
        {
            b.Step("", null, Calls.Mkdirat, Value.Word(memory), b.AddText(directory), 0b111_101_101);
        }

        trial.Mounts.MoveTo("", null, memory, "/proc");
        List<(string, string?)> options = [("lowerdir", "/proc/lower"), ("upperdir", "/proc/upper"),
            ("workdir", "/proc/work")];
        if (inUserNamespace)
        {
            options.Add(("userxattr", null));
        }

        FileSystem(trial, "overlay", options);
        return trial.Run();
    }

    public int TryRecursiveReadOnly(bool inUserNamespace)
    {
        ProbeProgram trial = new(Flags(inUserNamespace));
        trial.Mounts.SetAttributes(
            "", null, trial.Mounts.CopyOf("/", isRecursive: true),
            new MountAttributes { Set = Kernel.MountAttrReadOnly }, Kernel.AtRecursive);
        return trial.Run();
    }

    public int TryMappedMount(string path)
    {
        ProbeProgram trial = new(0);
        long users = trial.OpenNewUserNamespace();
        trial.Mounts.MapOwners(path, trial.Mounts.CopyOf(path), users);
        return trial.Run();
    }

    public LandlockSupport FindLandlock() => LandlockSupport.Current;

    public bool TryMemoryFile(out string? refusal)
    {
        try
        {
            // The launcher falls back to a file if the host refuses to execute a memory file.
            Launcher.Start(new LaunchPlan(0, [], null)).Abandon();
            refusal = null;
            return InitImage.Current.IsMemoryFile;
        }
        catch (SandboxException exception)
        {
            refusal = exception.Message;
            return false;
        }
    }

    private static long Flags(bool inUserNamespace) =>
        CloneArguments.NewNs | (inUserNamespace ? CloneArguments.NewUser : 0);

    private static long FileSystem(
        ProbeProgram trial, string type, IEnumerable<(string Key, string? Value)> options) =>
        trial.Mounts.FileSystem(type, "", null, options, Kernel.MountAttrNosuid | Kernel.MountAttrNodev);
}
