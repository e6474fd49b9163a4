using System.Runtime.InteropServices;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Landlock;
using Isolation.Linux.Plans;
using Isolation.Linux.Privileges;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Seccomp;
using Isolation.Linux.Seccomp.Supervision;
using Isolation.Linux.Steps;
using Isolation.Linux.Streams;

namespace Isolation.Linux.Commands;

/// <summary>
/// Builds the program that starts a command. Init clones a child that shares init's memory until it executes the
/// payload.
/// </summary>
internal static class CommandProgram
{
    /// <summary>
    /// The core size limit, in bytes. It is smaller than any core file, and the only value with which the kernel does
    /// not start a core dump handler either (core(5)).
    /// </summary>
    private const ulong CoreLimit = 1;

    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    /// <summary>Adds the program to an empty builder.</summary>
    /// <param name="b">The builder.</param>
    /// <param name="command">The command to run.</param>
    /// <param name="specification">The specification of the sandbox.</param>
    /// <param name="setup">The compiled setup of the sandbox.</param>
    /// <param name="descriptors">The descriptors, with their numbers inside and positions in the message.</param>
    /// <param name="groups">The positions in the message of the cgroups to join.</param>
    /// <param name="streams">The streams for Landlock rules, with their positions in the message.</param>
    /// <param name="entry">The entry of the command in init's table.</param>
    /// <param name="options">The additional actions.</param>
    /// <param name="filter">The system call filter; null to allow all system calls.</param>
    /// <param name="reaper">The name of the command's reaper; null to make the processes children of init.</param>
    /// <param name="counter">The position in the message of the CPU counter's socket; null for none.</param>
    /// <param name="steps">The steps that replace the execution of the program; null to execute it.</param>
    internal static void Build(
        ProgramBuilder b, SandboxCommand command, SandboxSpecification specification, CompiledSetup setup,
        ReadOnlySpan<PassedDescriptor> descriptors, Range groups,
        ReadOnlySpan<StreamAccess> streams, int entry, CommandOptions options, CompiledFilter? filter,
        string? reaper = null, int? counter = null,
        Action<ProgramBuilder>? steps = null)
    {
        InitProgram init = InitProgram.Current;
        bool withSetup = options.HasFlag(CommandOptions.ExitWithCommand);
        int firstFree = withSetup ? InitProgram.FirstFreeDescriptor : setup.FirstFreeDescriptor;
        b.BeginAtBase();
        Label goBetweenEnd = b.NewLabel();
        Label child = b.NewLabel(), childFailed = b.NewLabel(), startFailed = b.NewLabel();
        b.FailureExit = startFailed;
        if (options.HasFlag(CommandOptions.FirstUseOfEntry) && entry > 0)
        {
            (long positive, long negative) = init.EntryLinks(entry - 1);
            b.Store(positive, init.EntryAddress(entry));
            b.Store(negative, init.EntryAddress(entry));
        }

        // The entry may hold the time of an earlier command; a command that ends before its execution has no start
        // time.
        b.Store(init.EntryStart(entry), 0);
        ReaperSteps? reaping = reaper is null ? null : new ReaperSteps(b, command, entry, firstFree, reaper);
        b.FailureExit = startFailed;
        long clone = b.AddStructure(new CloneArguments
        {
            Flags = CloneArguments.Vm | CloneArguments.Vfork,
            ExitSignal = (long)UnixSignal.SIGCHLD,
        });
        SeccompNotifySteps? listener = options.HasFlag(CommandOptions.AsksHost)
            ? new SeccompNotifySteps(b, Highest(descriptors))
            : null;
        b.Step(
            "clone a process for the command", command.Program, Calls.Clone3, clone, 88, result: listener is null
                ? init.EntryProcess(entry)
                : b.Reserve(8), zero: child,
            kind: StepKind.CloneCommand);

        // The child has executed the payload or has ended. Both share the memory, so a failure is visible at once. A
        // child that was killed has reported none.
        listener?.AwaitPayload(init.EntryProcess(entry));
        b.Branch(Node.Load32, [b.FailureStep], 0, startFailed, Label.Next, startFailed);
        long prepared = b.AddWord(-Errno.ESRCH);
        b.Step("prepare the process of", "the command", Node.Load32, prepared, kind: StepKind.PrepareCommand);
        listener?.CheckSent(init.EntryProcess(entry), startFailed);
        if (options.HasFlag(CommandOptions.ReportStart))
        {
            long message = b.AddWord((long)InitMessage.Started);
            b.AddWord(entry);
            long pid = b.Reserve(8), cpuTime = b.Reserve(8);
            b.Branch(Node.Load32, [init.EntryProcess(entry)], pid, Label.Next, Label.Next, Label.Next);
            b.Branch(Node.Load32, [init.EntryCpuAtStart(entry) + 8], cpuTime, Label.Next, Label.Next, Label.Next);
            b.Try(Calls.Sendto, 0, message, 32, Kernel.MsgNosignal, 0);
        }

        b.Try(Calls.CloseRange, firstFree, uint.MaxValue, 0);
        if (withSetup && (setup.OwnsProcesses || setup.InitEndsAll))
        {
            // Otherwise, processes that the command leaves would lose their ancestor before the application has found
            // them.
            for (int link = 0; link < 3; link++)
            {
                b.Store(init.ReportNode + Node.NextIfPositiveOffset + (8 * link), init.ExitNode);
            }
        }

        if (reaping is null)
        {
            b.Jump(b.LabelAt(init.Loop));
        }
        else
        {
            reaping.Reap();
        }

        b.Mark(startFailed);
        b.Store(init.EntryProcess(entry), 0);
        FailureMessage.Emit(b, entry);
        b.Try(Calls.CloseRange, firstFree, uint.MaxValue, 0);
        b.Jump(b.LabelAt(
            reaping?.EndNode ?? (options.HasFlag(CommandOptions.ExitWithCommand) ? init.ExitNode : init.Loop)));

        b.FailureExit = childFailed;
        b.Mark(child);
        PrivilegeSteps privileges = new(b, setup, specification, command);
        if (listener is not null)
        {
            privileges.TieToInit();
            listener.BeginPayload(init.EntryProcess(entry), goBetweenEnd);
        }

        // This comes first: only init's own processes may be in init's session, and those of a command must be in
        // another one.
        b.Try(Calls.Setsid);
        JoinGroups(b, groups);
        if (counter is { } position)
        {
            CpuCounter.Open(b, init.DescriptorAddress(position));
        }

        if (command.Terminal is { } terminal && TerminalSteps.FindMultiplexer(specification) is { } multiplexer)
        {
            TerminalSteps.Open(
                b, terminal, command.User ?? specification.User, multiplexer,
                init.DescriptorAddress(StandardInput(descriptors)));
        }

        setup.Landlock?.Apply(b, withSetup, specification.Hardening.NewPrivileges, streams);
        PlaceDescriptors(b, descriptors, listener is null ? 0 : 1);
        ApplyLimits(b, command);
        CpuTimeWall.Set(b, command);
        b.Try(Calls.Umask, (int)command.Umask);
        if (command.Terminal is not null)
        {
            TerminalSteps.Control(b);
        }

        // From here on, other processes of the same user may signal the child, so only steps that need the identity
        // follow.
        privileges.TakeIdentity();
        b.Step("enter the working directory", command.WorkingDirectory, Calls.Chdir,
            b.AddText(command.WorkingDirectory), kind: StepKind.EnterDirectory);
        b.Try(Calls.RtSigprocmask, Kernel.SigSetmask, b.Reserve(8), 0, 8);

        // The child does this itself, because init may run only after a short payload has ended.
        b.Try(Calls.ClockGettime, Kernel.ClockMonotonic, init.EntryStart(entry));
        b.Try(Calls.ClockGettime, Kernel.ClockProcessCpuTime, init.EntryCpuAtStart(entry));
        b.Store(prepared, 0);
        privileges.BeginRestriction();
        FilterSteps.Load(b, filter, listener);
        privileges.EndRestriction();
        if (steps is null)
        {
            Execute(b, command);
        }
        else
        {
            steps(b);
            Label end = b.NewLabel();
            b.Mark(end);
            b.Branch(Calls.ExitGroup, [0], 0, end, end, end);
        }

        b.Mark(childFailed);
        FilterSteps.End(b);
        if (listener is not null)
        {
            b.Mark(goBetweenEnd);
            b.Branch(Calls.ExitGroup, [0], 0, goBetweenEnd, goBetweenEnd, goBetweenEnd);
        }

        b.Finish();
    }

    /// <summary>
    /// Joins the cgroups before the child does significant work, through descriptors that the application has opened:
    /// the kernel checks the permissions of the opener, and the child has no access to cgroups.
    /// </summary>
    private static void JoinGroups(ProgramBuilder b, Range groups)
    {
        for (int position = groups.Start.Value; position < groups.End.Value; position++)
        {
            b.Step(
                "enter the cgroup of", "the command", Calls.Write,
                Value.Word(InitProgram.Current.DescriptorAddress(position)), b.AddText("0"), 1,
                kind: StepKind.JoinGroup);
        }
    }

    private static int StandardInput(ReadOnlySpan<PassedDescriptor> descriptors)
    {
        foreach (PassedDescriptor descriptor in descriptors)
        {
            if (descriptor.Number == 0)
            {
                return descriptor.Position;
            }
        }

        throw new InvalidOperationException("The command has no standard input.");
    }

    /// <summary>Gets the highest descriptor number of a command, at least 2.</summary>
    internal static int Highest(ReadOnlySpan<PassedDescriptor> descriptors)
    {
        int highest = 2;
        foreach (PassedDescriptor descriptor in descriptors)
        {
            highest = Math.Max(highest, descriptor.Number);
        }

        return highest;
    }

    /// <param name="b">The program builder.</param>
    /// <param name="descriptors">The descriptors to place.</param>
    /// <param name="closedOnExecute">
    /// The number of descriptors, from the end, that only the steps before the payload use.
    /// </param>
    private static void PlaceDescriptors(
        ProgramBuilder b, ReadOnlySpan<PassedDescriptor> descriptors, int closedOnExecute)
    {
        int highest = Highest(descriptors);

        // Moves descriptors out of the way first, so that no number is overwritten before use.
        long copies = b.Reserve(8 * descriptors.Length);
        for (int i = 0; i < descriptors.Length; i++)
        {
            b.Step(
                "pass a descriptor to", "the command", Calls.Fcntl,
                Value.Word(InitProgram.Current.DescriptorAddress(descriptors[i].Position)),
                Kernel.FDupfdCloexec, highest + 1, result: copies + (8 * i));
        }

        for (int i = 0; i < descriptors.Length; i++)
        {
            b.Step("pass a descriptor to", "the command", Calls.Dup3, Value.Word(copies + (8 * i)),
                descriptors[i].Number,
                i < descriptors.Length - closedOnExecute ? 0 : Kernel.OCloexec);
        }

        int next = 0;
        Span<int> numbers = stackalloc int[descriptors.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = descriptors[i].Number;
        }

        numbers.Sort();
        foreach (int number in numbers)
        {
            if (number > next)
            {
                b.Step("close what is not passed to", "the command", Calls.CloseRange, next, number - 1, 0);
            }

            next = number + 1;
        }

        b.Step("close what is not passed to", "the command", Calls.CloseRange, next, uint.MaxValue, 0);
    }

    private static void ApplyLimits(ProgramBuilder b, SandboxCommand command)
    {
        int set = 0;
        foreach (ResourceLimit limit in command.ResourceLimits.AsSpan())
        {
            set |= 1 << (int)limit.Resource;
            Set(limit);
        }

        if ((set & (1 << (int)LimitedResource.CoreFile)) == 0)
        {
            Set(new ResourceLimit(LimitedResource.CoreFile, CoreLimit));
        }

        foreach (ResourceLimit limit in ResourceLimit.Defaults.AsSpan())
        {
            if ((set & (1 << (int)limit.Resource)) == 0)
            {
                // The kernel rejects this only if the sandbox's first process has a lower limit, which then applies.
                (ulong soft, ulong hard) = Kernel.ReadResourceLimit((int)limit.Resource);
                long value = Bytes(Math.Min(soft, limit.Soft), Math.Min(hard, limit.Hard));
                b.Try(Calls.Prlimit64, 0, (int)limit.Resource, value, 0);
            }
        }

        if (command.Nice is { } nice)
        {
            b.Step("set the nice value", null, Calls.Setpriority, 0, 0, nice);
        }

        if (!command.Affinity.IsDefaultOrEmpty)
        {
            int size = ((command.Affinity.Max() / 64) + 1) * 8;
            long mask = b.Reserve(size);
            foreach (int cpu in command.Affinity)
            {
                long word = mask + (cpu / 64 * 8);
                b.SetWord(word, b.GetWord(word) | (1L << (cpu % 64)));
            }

            b.Step("set the CPU affinity", null, Calls.SchedSetaffinity, 0, size, mask);
        }

        void Set(ResourceLimit limit) =>
            b.Step(
                "set the resource limit", limit.Resource.ToString(),
                Calls.Prlimit64, 0, (int)limit.Resource, Bytes(limit.Soft, limit.Hard), 0);

        long Bytes(ulong soft, ulong hard) => b.AddBytes(MemoryMarshal.AsBytes<ulong>([soft, hard]));
    }

    private static void Execute(ProgramBuilder b, SandboxCommand command)
    {
        ReadOnlySpan<string> arguments = command.Arguments.AsSpan();
        long argumentList = b.Reserve(8 * (arguments.Length + 2));
        b.SetWord(argumentList, b.AddText(command.ProgramName ?? command.Program));
        for (int i = 0; i < arguments.Length; i++)
        {
            b.SetWord(argumentList + (8 * (i + 1)), b.AddText(arguments[i]));
        }

        long environment = b.Reserve(8 * (command.Environment.Count + 1));
        int variable = 0;
        foreach ((string name, string value) in command.Environment)
        {
            b.SetWord(environment + (8 * variable++), b.AddAssignment(name, value));
        }

        if (command.Program.Contains('/', StringComparison.Ordinal))
        {
            b.Step("execute", command.Program, Calls.Execve, b.AddText(command.Program), argumentList, environment);
            return;
        }

        // As in execvp(3): skips files that are missing or not executable, and reports the latter if no other file is
        // found.
        string path = command.Environment.TryGetValue("PATH", out string? set) ? set : "/bin:/usr/bin";
        long final = b.AddWord(-Errno.ENOENT);
        foreach (string directory in path.Split(':'))
        {
            Label tryNext = b.NewLabel(), other = b.NewLabel(), stop = b.NewLabel();
            Label notMissing = b.NewLabel(), denied = b.NewLabel(), notDenied = b.NewLabel();
            long result = b.Reserve(8);
            b.Branch(
                Calls.Execve, [b.AddText(directory.Length == 0 ? command.Program : $"{directory}/{command.Program}"),
                    argumentList, environment], result, stop, stop, other);
            b.Mark(other);
            b.Compare(Value.Word(result), -Errno.ENOENT, notMissing, tryNext, notMissing);
            b.Mark(notMissing);
            b.Compare(Value.Word(result), -Errno.EACCES, notDenied, denied, notDenied);
            b.Mark(denied);
            b.Store(final, -Errno.EACCES);
            b.Jump(tryNext);
            b.Mark(notDenied);
            b.Compare(Value.Word(result), -Errno.ENOTDIR, stop, tryNext, stop);
            b.Mark(stop);
            b.Step("execute", command.Program, Node.Load32, result, kind: StepKind.Execute);
            b.Mark(tryNext);
        }

        b.Step("find in the PATH", command.Program, Node.Load32, final, kind: StepKind.Execute);
    }
}
