using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Landlock;
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
            SeparateMounts(trial.Builder);
        }

        return trial.Run();
    }

    public int TryProc(bool inUserNamespace, ProcContent content)
    {
        ProbeProgram trial = new(Flags(inUserNamespace) | CloneArguments.NewPid);
        FileSystem(trial.Builder, "proc", content == ProcContent.ProcessesOnly ? [("subset", "pid")] : []);
        return trial.Run();
    }

    public int TryOverlay(bool inUserNamespace)
    {
        ProbeProgram trial = new(Flags(inUserNamespace));
        ProgramBuilder b = trial.Builder;
        SeparateMounts(b);
        if (inUserNamespace)
        {
            trial.MapOwnIds();
        }

        // overlayfs takes its directories by path, so the tmpfs with the directories is mounted on a directory that
        // every host has.
        long memory = FileSystem(b, "tmpfs", []);
        foreach (string directory in new[] { "lower", "upper", "work" })
        {
            b.Step("", null, Calls.Mkdirat, Value.Word(memory), b.AddText(directory), 0b111_101_101);
        }

        b.Step("", null, Calls.MoveMount, Value.Word(memory), b.AddText(""), Kernel.AtFdcwd, b.AddText("/proc"),
            Kernel.MoveMountFromEmptyPath);
        List<(string, string?)> options = [("lowerdir", "/proc/lower"), ("upperdir", "/proc/upper"),
            ("workdir", "/proc/work")];
        if (inUserNamespace)
        {
            options.Add(("userxattr", null));
        }

        FileSystem(b, "overlay", options);
        return trial.Run();
    }

    public int TryRecursiveReadOnly(bool inUserNamespace)
    {
        ProbeProgram trial = new(Flags(inUserNamespace));
        ProgramBuilder b = trial.Builder;
        long tree = Tree(b, "/", Kernel.AtRecursive);
        SetAttributes(
            b, tree, b.AddStructure(new MountAttributes { Set = Kernel.MountAttrReadOnly }), Kernel.AtRecursive);
        return trial.Run();
    }

    public int TryMappedMount(string path)
    {
        ProbeProgram trial = new(0);
        ProgramBuilder b = trial.Builder;
        long users = trial.OpenNewUserNamespace();
        long tree = Tree(b, path, 0);
        long attributes = b.AddStructure(new MountAttributes { Set = Kernel.MountAttrIdmap });
        b.Branch(Node.Load32, [users], attributes + (3 * Node.WordSize), Label.Next, Label.Next, Label.Next);
        SetAttributes(b, tree, attributes, 0);
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

    private static void SeparateMounts(ProgramBuilder b) =>
        b.Step("", null, Calls.Mount, 0, b.AddText("/"), 0, Kernel.MsRec | Kernel.MsPrivate);

    private static long Tree(ProgramBuilder b, string path, int flags)
    {
        long tree = b.Reserve(8);
        b.Step(
            "", null, Calls.OpenTree, Kernel.AtFdcwd, b.AddText(path),
            Kernel.OpenTreeClone | Kernel.OpenTreeCloexec | flags, result: tree);
        return tree;
    }

    private static void SetAttributes(ProgramBuilder b, long tree, long attributes, int flags) =>
        b.Step("", null, Calls.MountSetattr, Value.Word(tree), b.AddText(""), Kernel.AtEmptyPath | flags,
            attributes, 32);

    private static long FileSystem(ProgramBuilder b, string type, IEnumerable<(string Key, string? Value)> options)
    {
        long file = b.Reserve(8);
        long mount = b.Reserve(8);
        b.Step("", null, Calls.Fsopen, b.AddText(type), Kernel.FsopenCloexec, result: file);
        foreach ((string key, string? value) in options)
        {
            b.Step(
                "", null, Calls.Fsconfig, Value.Word(file), value is null
                    ? Kernel.FsconfigSetFlag
                    : Kernel.FsconfigSetString,
                b.AddText(key), value is null ? 0 : b.AddText(value), 0);
        }

        b.Step("", null, Calls.Fsconfig, Value.Word(file), Kernel.FsconfigCreate);
        b.Step("", null, Calls.Fsmount, Value.Word(file), Kernel.FsmountCloexec,
            Kernel.MountAttrNosuid | Kernel.MountAttrNodev, result: mount);
        return mount;
    }
}
