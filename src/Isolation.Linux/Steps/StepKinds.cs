using Isolation.Linux.Interop;

namespace Isolation.Linux.Steps;

/// <summary>Gets the kind of a step whose system call has only one purpose.</summary>
internal static class StepKinds
{
    private static readonly Dictionary<long, StepKind> Kinds = Fill(SystemCallTable.Current);

    internal static StepKind Of(long call) => Kinds.GetValueOrDefault(call);

    private static Dictionary<long, StepKind> Fill(SystemCallTable calls) => new()
    {
        [calls.Setns] = StepKind.Join,
        [calls.Setresuid] = StepKind.TakeId,
        [calls.Setresgid] = StepKind.TakeId,
        [calls.Setgroups] = StepKind.TakeGroups,
        [calls.Fchownat] = StepKind.Own,
        [calls.Prlimit64] = StepKind.Limit,
        [calls.Setpriority] = StepKind.Nice,
        [calls.SchedSetaffinity] = StepKind.Affinity,
        [calls.Execve] = StepKind.Execute,
        [calls.Mount] = StepKind.Mount,
        [calls.Umount2] = StepKind.Mount,
        [calls.PivotRoot] = StepKind.Mount,
        [calls.Sethostname] = StepKind.SetHostName,
        [calls.Setdomainname] = StepKind.SetHostName,
        [calls.OpenTree] = StepKind.Mount,
        [calls.MoveMount] = StepKind.Mount,
        [calls.Fsopen] = StepKind.Mount,
        [calls.Fsconfig] = StepKind.Mount,
        [calls.Fsmount] = StepKind.Mount,
        [calls.MountSetattr] = StepKind.Mount,
    };
}
