using System.Collections.Immutable;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Landlock;
using Isolation.Linux.Plans;
using Isolation.Linux.Privileges;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Seccomp.Supervision;
using Isolation.Linux.Steps;
using Isolation.Linux.Streams;

namespace Isolation.Linux.Commands.Payloads;

/// <summary>
/// Describes a payload, and adds the steps of its process up to the execution of the program: the process joins the
/// cgroups, takes its descriptors, limits and identity, and restricts itself.
/// </summary>
/// <remarks>
/// The steps do not depend on how the process was created. The caller adds the node that runs after a failure.
/// </remarks>
internal readonly ref struct PayloadSteps
{
    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    /// <summary>Gets the command to run.</summary>
    internal required SandboxCommand Command { get; init; }

    /// <summary>Gets the specification of the sandbox.</summary>
    internal required SandboxSpecification Specification { get; init; }

    /// <summary>Gets the compiled setup of the sandbox.</summary>
    internal required SandboxPlan Setup { get; init; }

    /// <summary>Gets the descriptors, with their numbers inside and positions in the message.</summary>
    internal required ReadOnlySpan<PassedDescriptor> Descriptors { get; init; }

    /// <summary>Gets the positions in the message of the cgroups to join.</summary>
    internal required Range Groups { get; init; }

    /// <summary>Gets whether the process makes a cgroup namespace in the cgroups that it has joined.</summary>
    internal required bool MakesCgroupNamespace { get; init; }

    /// <summary>Gets the CPUs for a command that does not specify its own; default for all.</summary>
    internal required ImmutableArray<int> Processors { get; init; }

    /// <summary>Gets the streams for Landlock rules, with their positions in the message.</summary>
    internal required ReadOnlySpan<StreamAccess> Streams { get; init; }

    /// <summary>Gets the system call filter; null to allow all system calls.</summary>
    internal required CompiledFilter? Filter { get; init; }

    /// <summary>Gets the position in the message of the CPU counter's socket; null for none.</summary>
    internal int? Counter { get; init; }

    /// <summary>Gets the steps that replace the execution of the program; null to execute it.</summary>
    internal Action<ProgramBuilder>? Replacement { get; init; }

    /// <summary>Gets the steps of a payload that replaces init; null if the payload is a child.</summary>
    internal InPlaceSteps? InPlace { get; init; }

    /// <summary>Makes the payload end with init.</summary>
    internal void TieToInit(ProgramBuilder b) => Privileges(b).TieToInit();

    /// <summary>Adds the steps up to and including the execution of the payload.</summary>
    /// <param name="b">The builder.</param>
    /// <param name="record">The words in which the process records its progress.</param>
    /// <param name="listener">The steps for a filter that notifies the application; null for none.</param>
    /// <param name="withSetup">Whether the setup runs immediately before, in the same memory.</param>
    internal void Add(ProgramBuilder b, PayloadRecord record, SeccompNotifySteps? listener, bool withSetup)
    {
        // This comes first: only init's own processes may be in init's session, and those of a command must be in
        // another one.
        b.Try(Calls.Setsid);
        JoinGroups(b);
        if (Counter is { } position)
        {
            CpuCounter.Open(b, InitProgram.Current.DescriptorAddress(position));
        }

        if (Command.Terminal is { } terminal && TerminalSteps.FindMultiplexer(Specification) is { } multiplexer)
        {
            TerminalSteps.Open(
                b, terminal, Command.User ?? Specification.User, multiplexer,
                InitProgram.Current.DescriptorAddress(DescriptorSteps.StandardInput(Descriptors)));
        }

        Setup.Landlock?.Apply(b, withSetup, Specification.Hardening.NewPrivileges, Streams);
        DescriptorSteps.Add(b, Descriptors, listener is null && InPlace is null ? 0 : 1);
        InPlace?.MoveSocket(b);
        ResourceLimitSteps.Add(b, Command, Processors);
        CpuTimeWall.Set(b, Command);
        b.Try(Calls.Umask, (int)Command.Umask);
        if (Command.Terminal is not null)
        {
            TerminalSteps.Control(b);
        }

        // From here on, other processes of the same user may signal the child, so only steps that need the identity
        // follow.
        PrivilegeSteps privileges = Privileges(b);
        privileges.TakeIdentity();
        b.Step("enter the working directory", Command.WorkingDirectory, Calls.Chdir,
            b.AddText(Command.WorkingDirectory), kind: StepKind.EnterDirectory);
        b.Try(Calls.RtSigprocmask, Kernel.SigSetmask, b.Reserve(8), 0, 8);

        // The child does this itself, because init may run only after a short payload has ended.
        b.Try(Calls.ClockGettime, Kernel.ClockMonotonic, record.Start);
        b.Try(Calls.ClockGettime, Kernel.ClockProcessCpuTime, record.CpuTime);
        b.Store(record.Prepared, 0);
        InPlace?.Announce(b);
        privileges.BeginRestriction();
        FilterSteps.Load(b, Filter, listener);
        InPlace?.Restrict(b);
        privileges.EndRestriction();
        if (Replacement is null)
        {
            ExecuteSteps.Add(b, Command);
        }
        else
        {
            Replacement(b);
            Label end = b.NewLabel();
            b.Mark(end);
            b.Branch(Calls.ExitGroup, [0], 0, end, end, end);
        }
    }

    private PrivilegeSteps Privileges(ProgramBuilder b) => new(b, Setup, Specification, Command);

    /// <summary>
    /// Joins the cgroups before the child does significant work, through descriptors that the application has opened:
    /// the kernel checks the permissions of the opener, and the child has no access to cgroups.
    /// </summary>
    private void JoinGroups(ProgramBuilder b)
    {
        for (int position = Groups.Start.Value; position < Groups.End.Value; position++)
        {
            b.Step(
                "enter the cgroup of", "the command", Calls.Write,
                Value.Word(InitProgram.Current.DescriptorAddress(position)), b.AddText("0"), 1,
                kind: StepKind.JoinGroup);
        }

        if (MakesCgroupNamespace)
        {
            // The namespace shows the cgroups of the process that makes it as the root, so it must be made in them.
            b.Step(
                "make a cgroup namespace for", "the command", Calls.Unshare, CloneArguments.NewCgroup,
                kind: StepKind.JoinGroup);
        }
    }
}
