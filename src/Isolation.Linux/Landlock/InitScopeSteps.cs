using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Landlock;

/// <summary>
/// Ensures that all descendants of init end with it where no PID namespace does. Init confines its own signals with
/// Landlock to the processes it starts afterwards, so kill(-1) reaches exactly those, in one pass that no fork escapes.
/// As a subreaper, init then waits for each of them.
/// </summary>
internal static class InitScopeSteps
{
    private static SystemCallTable Calls => SystemCallTable.Current;

    internal static void Add(ProgramBuilder b)
    {
        InitProgram init = InitProgram.Current;
        long attributes = b.Reserve(24);
        b.SetWord(attributes + 16, (long)LandlockScopes.Signals);
        long ruleset = b.Reserve(8), parent = b.Reserve(8), refusal = b.Reserve(8);
        b.Step("forbid new privileges", null, Calls.Prctl, Kernel.PrSetNoNewPrivs, 1, 0, 0, 0);
        b.Step("make a Landlock ruleset for init", null, Calls.LandlockCreateRuleset, attributes, 24, 0,
            result: ruleset, kind: StepKind.Landlock);
        b.Step("restrict init with Landlock", null, Calls.LandlockRestrictSelf, Value.Word(ruleset), 0,
            kind: StepKind.Landlock);

        // Without the restriction, kill(-1) would end every process of this user, so the restriction is tested first.
        Label notRefused = b.NewLabel(), confined = b.NewLabel();
        b.Try(Calls.Getppid, result: parent);
        b.Try(Calls.Kill, Value.Word(parent), 0, result: refusal);
        b.Compare(Value.Word(refusal), -Errno.EPERM, notRefused, confined, notRefused);
        b.Mark(notRefused);
        b.Step("confine the signals of init", null, Node.Load32, b.AddWord(-Errno.ENOTSUP));
        b.Mark(confined);
        b.Store(init.LastAct + Node.ArgumentOffset(0), -1);
        b.Store(init.LastAct + Node.ArgumentOffset(1), (int)UnixSignal.SIGKILL);
        b.Store(init.LastAct + Node.NextIfZeroOffset, init.LastWait);
        b.Store(init.LastAct, Calls.Kill);
    }
}
