using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.Linux.Probing;

/// <summary>
/// Represents steps that a child of this process tries in new namespaces before it ends. The child shares the
/// application's memory and interprets data, as a launch does. Everything it creates ends with it.
/// </summary>
internal sealed class ProbeProgram
{
    private const int Size = 32 << 10;

    private readonly ProgramBuilder _b = ProgramBuilder.InPlace(Size);
    private readonly long _returned;
    private readonly long _saved;
    private readonly long _first;
    private readonly Label _parent;
    private readonly Label _end;

    internal ProbeProgram(long cloneFlags)
    {
        _b.AddCommonWords();
        long everySignal = _b.AddWord(-1);
        _saved = _b.AddWord(0);
        _returned = _b.AddWord(0);
        _parent = _b.NewLabel();
        _end = _b.NewLabel();
        Label child = _b.NewLabel();
        _first = _b.Try(Calls.RtSigprocmask, Kernel.SigSetmask, everySignal, _saved, 8);
        Clone(cloneFlags, child, _parent);
        _b.FailureExit = _end;
        _b.Mark(child);
        if ((cloneFlags & CloneArguments.NewTime) != 0)
        {
            _b.Step("", null, Calls.Unshare, CloneArguments.NewTime);
        }

        Mounts = new MountSteps(_b);
    }

    private static SystemCallTable Calls => SystemCallTable.Current;

    internal ProgramBuilder Builder => _b;

    internal MountSteps Mounts { get; }

    /// <summary>
    /// Maps the child's own ids as the only ones of its user namespace. Without a mapping the child could not create
    /// files.
    /// </summary>
    internal void MapOwnIds()
    {
        WriteFile("/proc/self/setgroups", "deny");
        WriteFile("/proc/self/uid_map", $"0 {Kernel.geteuid()} 1");
        WriteFile("/proc/self/gid_map", $"0 {Kernel.getegid()} 1");
    }

    /// <summary>
    /// Adds a second child, in a new user namespace, that opens this namespace in the descriptor table of the first
    /// child.
    /// </summary>
    /// <returns>The word that holds the descriptor.</returns>
    internal long OpenNewUserNamespace()
    {
        long result = _b.Reserve(8);
        Label made = _b.NewLabel(), tried = _b.NewLabel(), failed = _b.NewLabel();
        Label outer = _b.FailureExit;
        Clone(CloneArguments.NewUser | CloneArguments.Files, made, tried);
        _b.Mark(made);
        _b.FailureExit = failed;
        MapOwnIds();
        _b.Step("", null, Calls.Openat, Kernel.AtFdcwd, _b.AddText("/proc/self/ns/user"),
            Kernel.ORdonly | Kernel.OCloexec, result: result);
        _b.Mark(failed);
        _b.Branch(Calls.ExitGroup, [0], 0, failed, failed, failed);
        _b.Mark(tried);
        _b.FailureExit = outer;
        _b.Step("", null, Node.Load32, _returned);
        _b.Try(Calls.Wait4, Value.Word(_returned), 0, Kernel.Wall, 0);

        // The memory is shared, so a failure of the other child is recorded for this one as well.
        _b.Branch(Node.Load32, [_b.FailureStep], 0, outer, Label.Next, outer);
        return result;
    }

    /// <summary>
    /// Adds the steps with which a sandbox changes its root: an empty root in memory takes the place of the host's.
    /// </summary>
    internal void ChangeRoot()
    {
        long root = Mounts.FileSystem("tmpfs", "", null, [], Kernel.MountAttrNosuid | Kernel.MountAttrNodev);
        Mounts.MoveTo("", null, root, "/");
        _b.Step("", null, Calls.Fchdir, Value.Word(root));
        long here = _b.AddText(".");
        _b.Step("", null, Calls.PivotRoot, here, here);
        _b.Step("", null, Calls.Umount2, here, Kernel.MntDetach);
    }

    /// <summary>Runs the steps. Returns 0, or the error number of the first refusal.</summary>
    internal int Run() => Run(out _);

    /// <summary>Runs the steps. Returns 0, or the error number of the first refusal.</summary>
    /// <param name="call">The name of the refused system call; null if none was refused.</param>
    internal int Run(out string? call)
    {
        _b.Mark(_end);
        _b.Branch(Calls.ExitGroup, [0], 0, _end, _end, _end);
        _b.Mark(_parent);
        long status = _b.Reserve(8);
        long pid = _b.Reserve(8);
        _b.Branch(Node.Load32, [_returned], pid, Label.Next, Label.Next, Label.Next);
        _b.Try(Calls.RtSigprocmask, Kernel.SigSetmask, _saved, 0, 8);
        _b.Return(pid);
        _b.Finish();

        using SharedMemory? memory = SharedMemory.Hide();
        long child = InitImage.Current.Walk(_first);
        if (child < 0)
        {
            call = "clone";
            return (int)-child;
        }

        // No SIGCHLD is sent, so the runtime does not reap the child.
        Kernel.wait4((int)child, Kernel.Wall);
        long step = _b.GetWord(_b.FailureStep);
        call = step > 0 ? SystemCallNames.Current.NameOf((int)_b.Steps[(int)step - 1].Call) : null;
        return step > 0 ? (int)-_b.GetWord(_b.FailureError) : 0;
    }

    private void Clone(long flags, Label child, Label parent)
    {
        CloneArguments arguments = new()
        {
            Flags = CloneArguments.Vm | CloneArguments.Vfork | CloneArguments.ClearSighand
                | (flags & ~CloneArguments.NewTime),
        };
        CloneSteps.Branch(_b, arguments, _returned, parent, child);
    }

    private void WriteFile(string path, string text)
    {
        long file = _b.Reserve(8);
        _b.Step("", null, Calls.Openat, Kernel.AtFdcwd, _b.AddText(path), Kernel.OWronly | Kernel.OCloexec,
            result: file);
        _b.Step("", null, Calls.Write, Value.Word(file), _b.AddText(text), text.Length);
    }
}
