using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Init;

/// <summary>
/// Represents the first program of an init that was executed outside its namespaces: the program joins them and forks
/// the final init. If the init image is executed again in between, there are two programs.
/// </summary>
internal sealed class JoinProgram
{
    private const string OffsetsFile = "/proc/self/timens_offsets";

    private readonly LaunchPlan _plan;
    private readonly int _number;
    private readonly List<int> _joins = [];
    private long _offsets;

    private JoinProgram(LaunchPlan plan, int number)
    {
        _plan = plan;
        _number = number;
        Builder.BeginAtBase();
        Builder.FailureExit = Builder.NewLabel();
    }

    internal ProgramBuilder Builder { get; } = new(InitProgram.ProgramAddress, 8 << 10);

    /// <summary>Gets the positions in the plan of the namespaces to send with the program, in order.</summary>
    internal IReadOnlyList<int> Joins => _joins;

    /// <summary>Gets whether the descriptor of the init image follows those of the namespaces.</summary>
    internal bool ExecutesImage { get; private set; }

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Builds the programs, in the order in which they are sent.</summary>
    /// <param name="plan">The namespaces to join and to create.</param>
    /// <param name="isExecutedInside">Whether the image is executed again in the user namespace of the plan.</param>
    internal static List<JoinProgram> Build(LaunchPlan plan, bool isExecutedInside)
    {
        List<JoinProgram> programs = [new(plan, 0)];
        int next = 0;
        if (plan.JoinsUsers)
        {
            programs[0].Join(next++);
        }

        if (!plan.MakesUsers)
        {
            BeInside();
        }

        while (next < plan.Joins.Length)
        {
            programs[^1].Join(next++);
        }

        if (plan.MakesUsers)
        {
            programs[^1].Builder.Step(
                "make a user namespace", null, Calls.Unshare, CloneArguments.NewUser, kind: StepKind.Clone);
            BeInside();
        }

        programs[^1].MakeTime();
        programs[^1].Fork();
        programs.ForEach(program => program.Finish());
        return programs;

        void BeInside()
        {
            if (isExecutedInside)
            {
                programs[^1].Execute();
                programs.Add(new JoinProgram(plan, programs.Count));
            }

            programs[^1].OpenOffsets();
            if (isExecutedInside)
            {
                InitProgram.Hide(programs[^1].Builder);
            }
        }
    }

    private void Join(int position)
    {
        NamespaceJoin join = _plan.Joins[position];
        long descriptor = InitProgram.Current.DescriptorAddress(_joins.Count);
        _joins.Add(position);
        Builder.Step(
            $"join the {join.Kind.File} namespace", join.Path, Calls.Setns, Value.Word(descriptor), join.Kind.Flag);
    }

    private void Execute()
    {
        ExecutesImage = true;
        CapabilitySteps.KeepAll(Builder);
        LaunchProgram.Execute(Builder, _plan, Value.Word(InitProgram.Current.DescriptorAddress(_joins.Count)));
    }

    /// <summary>
    /// Opens the file for clock offsets while an ordinary user may do so, and before joining a mount namespace that may
    /// lack it.
    /// </summary>
    private void OpenOffsets()
    {
        if (_plan.TimeOffsets is not null)
        {
            _offsets = Builder.Reserve(8);
            Builder.Step(
                "open the clock offsets", OffsetsFile, Calls.Openat, Kernel.AtFdcwd, Builder.AddText(OffsetsFile),
                Kernel.OWronly, result: _offsets, kind: StepKind.ClockOffsets);
        }
    }

    /// <summary>
    /// Creates the time namespace. The forked process enters it at once, so the clocks are set first.
    /// </summary>
    private void MakeTime()
    {
        if ((_plan.CloneFlags & CloneArguments.NewTime) == 0)
        {
            return;
        }

        Builder.Step("make a time namespace", null, Calls.Unshare, CloneArguments.NewTime, kind: StepKind.Clone);
        if (_plan.TimeOffsets is { } offsets)
        {
            Builder.Step(
                "set the clock offsets", null, Calls.Write, Value.Word(_offsets), Builder.AddText(offsets),
                offsets.Length,
                kind: StepKind.ClockOffsets);
        }
    }

    /// <summary>Forks init as a sibling, so that it is a child of the application. It shares no memory.</summary>
    private void Fork()
    {
        ProgramBuilder b = Builder;
        Label child = b.NewLabel();
        long joined = b.AddWord(InitMessage.Header(InitMessageKind.Joined));
        long pid = b.Reserve(8);
        CloneArguments clone = new()
        {
            Flags = CloneArguments.Parent | CloneArguments.ClearSighand
                | (_plan.CloneFlags & ~(CloneArguments.NewUser | CloneArguments.NewTime)),
        };
        CloneSteps.Step(b, "clone a process into new namespaces", null, clone, pid, child, StepKind.Clone);
        b.Try(Calls.Sendto, 0, joined, 16, Kernel.MsgNosignal, 0);
        b.Jump(b.LabelAt(InitProgram.Current.ExitNode));

        b.Mark(child);
        b.Try(Calls.Setsid);
        b.Try(Calls.CloseRange, InitProgram.FirstFreeDescriptor, uint.MaxValue, 0);
        b.Jump(b.LabelAt(InitProgram.Current.Loop));
    }

    private void Finish()
    {
        Builder.Mark(Builder.FailureExit);
        FailureMessage.Emit(Builder, _number);
        Builder.Jump(Builder.LabelAt(InitProgram.Current.ExitNode));
        Builder.Finish();
    }
}
