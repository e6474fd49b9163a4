using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Probing;

/// <summary>Tries operations on this host.</summary>
internal sealed class KernelProbes : IKernelProbes
{
    /// <summary>CAP_CHOWN, which every kernel has.</summary>
    private const int AnyCapability = 0;

    private static SystemCallTable Calls => SystemCallTable.Current;

    public int TryNamespaces(Namespaces kinds) => TryNamespaces(kinds, out _);

    public int TryNamespaces(Namespaces kinds, out string? call)
    {
        ProbeProgram trial = new(NamespaceKind.All.Where(kind => kinds.HasFlag(kind.Kind)).Sum(kind => kind.Flag));
        ProgramBuilder b = trial.Builder;
        if (kinds == Namespaces.User)
        {
            // A security module may allow creating the namespace but deny all rights in it. Dropping a capability from
            // the bounding set requires such a right, and no filter of a container refuses it.
            b.Step("", null, Calls.Prctl, Kernel.PrCapbsetDrop, AnyCapability);
        }

        if (kinds.HasFlag(Namespaces.Uts))
        {
            b.Step("", null, Calls.Sethostname, b.AddText("trial"), 5);
            b.Step("", null, Calls.Setdomainname, b.AddText("trial"), 5);
        }

        if (kinds.HasFlag(Namespaces.Mount))
        {
            Separate(trial, kinds.HasFlag(Namespaces.User));
            trial.ChangeRoot();
        }

        return trial.Run(out call);
    }

    public int TryProc(bool inUserNamespace, ProcContent content) => TryProc(inUserNamespace, content, out _);

    public int TryProc(bool inUserNamespace, ProcContent content, out string? call)
    {
        ProbeProgram trial = new(Flags(inUserNamespace) | CloneArguments.NewPid);
        FileSystem(trial, "proc", content == ProcContent.ProcessesOnly ? [("subset", "pid")] : []);
        return trial.Run(out call);
    }

    public int TryOverlay(bool inUserNamespace)
    {
        ProbeProgram trial = new(Flags(inUserNamespace));
        ProgramBuilder b = trial.Builder;
        Separate(trial, inUserNamespace);
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

    /// <summary>In a new user namespace no mount propagates to the host, and filters may refuse the call.</summary>
    private static void Separate(ProbeProgram trial, bool inUserNamespace)
    {
        if (!inUserNamespace)
        {
            trial.Mounts.Separate(Kernel.MsPrivate);
        }
    }

    private static long FileSystem(
        ProbeProgram trial, string type, IEnumerable<(string Key, string? Value)> options) =>
        trial.Mounts.FileSystem(type, "", null, options, Kernel.MountAttrNosuid | Kernel.MountAttrNodev);
}
