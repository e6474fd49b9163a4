using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>Mounts over paths that the payload must not read or write.</summary>
internal sealed class CoveredPaths(PlanningContext context, MountSteps mounts, long root)
{
    private const long NotYet = -1;

    private long _maskDirectory;

    /// <summary>The address of a word that becomes 0 when the first directory is masked.</summary>
    private long _firstMove;

    private static SystemCallTable Calls => SystemCallTable.Current;

    private ProgramBuilder B => context.Builder;

    internal void Mask(string path)
    {
        Label done = B.NewLabel(), isFile = B.NewLabel(), failed = B.NewLabel();
        if (_maskDirectory == 0)
        {
            _maskDirectory = mounts.Temporary(
                "make a directory to mask with", 4096, null, "755",
                Kernel.MountAttrNosuid | Kernel.MountAttrNodev | Kernel.MountAttrNoexec | Kernel.MountAttrReadOnly);
            _firstMove = B.AddBytes(MemoryMarshal.AsBytes<long>([NotYet]));
        }

        long place = B.Reserve(8);
        long text = B.AddText(path);
        B.Branch(Calls.Openat2, [Value.Word(root), text, mounts.How(Kernel.OPath | Kernel.ODirectory), 24], place,
            Label.Next, Label.Next, isFile);
        MaskDirectory(path, place, done);
        B.Mark(isFile);
        B.Branch(Calls.Openat2, [Value.Word(root), text, mounts.How(Kernel.OPath), 24], place, Label.Next,
            Label.Next, failed);
        mounts.Move("mask", path, mounts.CopyOf("open /dev/null to mask", path, "/dev/null", StepKind.Mount), place);
        End(path, place, failed, done);
    }

    /// <summary>
    /// Masks a directory. The first directory gets the mask itself, the others get copies of it: before Linux 6.15,
    /// detached mounts cannot be cloned.
    /// </summary>
    private void MaskDirectory(string path, long place, Label done)
    {
        Label first = B.NewLabel(), further = B.NewLabel();
        B.Compare(Value.Word(_firstMove), NotYet, further, first, further);
        B.Mark(first);
        mounts.Move("mask", path, _maskDirectory, place, _firstMove);
        B.Jump(done);
        B.Mark(further);
        mounts.Move("mask", path, mounts.CloneOf(_maskDirectory, path), place);
        B.Jump(done);
    }

    internal void MakeReadOnly(string path)
    {
        Label done = B.NewLabel(), failed = B.NewLabel();
        long place = B.Reserve(8);
        B.Branch(Calls.Openat2, [Value.Word(root), B.AddText(path), mounts.How(Kernel.OPath), 24], place, Label.Next,
            Label.Next, failed);
        long tree = mounts.CloneOf(place, path);
        mounts.SetAttributes(
            "make read-only", path, tree, new MountAttributes { Set = Kernel.MountAttrReadOnly }, Kernel.AtRecursive);
        mounts.Move("make read-only", path, tree, place);
        End(path, place, failed, done);
    }

    /// <summary>
    /// Ends the steps of a path. A failed lookup fails unless the path does not exist, in which case it needs no cover.
    /// A path that only init cannot reach may be accessible to the payload.
    /// </summary>
    private void End(string path, long result, Label failed, Label done)
    {
        B.Jump(done);
        B.Mark(failed);
        B.JumpIfMissing(result, done);
        B.Step("find", path, Node.Load32, result, kind: StepKind.FindInside);
        B.Mark(done);
    }
}
