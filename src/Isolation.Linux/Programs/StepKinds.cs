using Isolation.Linux.Interop;

namespace Isolation.Linux.Programs;

/// <summary>The kind of a step that follows from its system call.</summary>
internal static class StepKinds
{
    private static readonly Dictionary<long, StepKind> Kinds = Fill(SystemCallTable.Current);

    internal static StepKind Of(long call) => Kinds.GetValueOrDefault(call);

    private static Dictionary<long, StepKind> Fill(SystemCallTable calls) => new()
    {
        [calls.Clone3] = StepKind.Clone,
        [calls.Setns] = StepKind.Join,
        [calls.Setresuid] = StepKind.TakeId,
        [calls.Setresgid] = StepKind.TakeId,
        [calls.Setgroups] = StepKind.TakeGroups,
        [calls.Fchownat] = StepKind.Own,
        [calls.OpenTree] = StepKind.OpenOfHost,
        [calls.Openat2] = StepKind.FindInside,
        [calls.Chdir] = StepKind.EnterFolder,
        [calls.Chroot] = StepKind.EnterFolder,
        [calls.Sendfile] = StepKind.WriteMemory,
        [calls.Prlimit64] = StepKind.Limit,
        [calls.Setpriority] = StepKind.Nice,
        [calls.SchedSetaffinity] = StepKind.Affinity,
        [calls.Execve] = StepKind.Execute,
        [calls.Execveat] = StepKind.Execute,
    };
}
