using System.Collections.Concurrent;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Launching;

/// <summary>
/// Starts init. The program that it lays out is walked in this process: the calling thread clones a child that shares
/// its memory, waits inside the clone until the child has executed the init image, and goes on. The child touches no
/// stack and no managed memory but the program's own.
/// </summary>
internal sealed class Launcher
{
    private const int ProgramSize = 32 << 10;

    /// <summary>The lowest number for the descriptors that the child works with: it places the control socket at 0.</summary>
    private const int LowestDescriptor = 3;

    private static readonly ConcurrentBag<ProgramBuilder> Builders = [];
    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    /// <summary>Starts init in the namespaces of a plan.</summary>
    internal static InitProcess Start(LaunchPlan plan)
    {
        InitImage image = InitImage.Current;
        (int host, int child) = CreateControlPair();
        List<int> joined = [];
        try
        {
            foreach (NamespaceJoin join in plan.Joins)
            {
                joined.Add((int)Errors.Check(
                    Kernel.openat(Kernel.AtFdcwd, join.Path, Kernel.ORdonly | Kernel.OCloexec), $"open the {join.Kind.File} namespace", join.Path, StepKind.OpenOfHost));
            }

            (int pid, int pidfd) = Clone(plan, ref image, child, joined);
            return new InitProcess(pid, pidfd, host);
        }
        catch
        {
            Kernel.close(host);
            throw;
        }
        finally
        {
            Kernel.close(child);
            foreach (int descriptor in joined)
            {
                Kernel.close(descriptor);
            }
        }
    }

    private static (int Host, int Child) CreateControlPair()
    {
        Errors.Check(
            Kernel.socketpair(Kernel.AfUnix, Kernel.SockSeqpacket | Kernel.SockCloexec, out int host, out int child), "create the control socket", null);
        if (child >= LowestDescriptor)
        {
            return (host, child);
        }

        long moved = Kernel.fcntl(child, Kernel.FDupfdCloexec, LowestDescriptor);
        Kernel.close(child);
        if (moved < 0)
        {
            Kernel.close(host);
        }

        return (host, (int)Errors.Check(moved, "create the control socket", null));
    }

    private static (int ProcessId, int Pidfd) Clone(LaunchPlan plan, ref InitImage image, int control, List<int> joined)
    {
        ProgramBuilder builder = Builders.TryTake(out ProgramBuilder? pooled) ? pooled : ProgramBuilder.InPlace(ProgramSize);
        try
        {
            while (true)
            {
                builder.Reset(builder.BaseAddress);
                LaunchProgram program = new(builder, plan, image.Descriptor, control, joined);
                long pid = image.Walk(program.FirstNode);
                Errors.Check(pid, "clone a process into new namespaces", null, StepKind.Clone);
                int pidfd = program.Pidfd;
                if (program.ProcessId != pid)
                {
                    // A process in between made init as a sibling of its own, joined what had to be joined, and is gone.
                    Kernel.waitid(pidfd, 0, out _);
                    Kernel.close(pidfd);
                    pid = program.ProcessId;
                    pidfd = pid > 0 ? (int)Errors.Check(Kernel.pidfd_open((int)pid), "open the init process", null) : -1;
                }

                if (program.FailedStep is not { } step)
                {
                    return ((int)pid, pidfd);
                }

                if (pidfd >= 0)
                {
                    Kernel.waitid(pidfd, 0, out _);
                    Kernel.close(pidfd);
                }

                if (program.FailedAtImage && image.IsMemoryFile && program.Error is Errno.EACCES or Errno.EPERM)
                {
                    image = InitImage.UseFile();
                    continue;
                }

                throw Errors.Create(step, program.Error);
            }
        }
        finally
        {
            Builders.Add(builder);
        }
    }

    /// <summary>The program of one launch.</summary>
    private readonly struct LaunchProgram
    {
        private readonly ProgramBuilder b;
        private readonly long pidWord;
        private readonly long pidfdWord;
        private readonly int imageStep;

        internal LaunchProgram(ProgramBuilder builder, LaunchPlan plan, int image, int control, List<int> joined)
        {
            b = builder;
            b.AddCommonWords();
            long everySignal = b.AddWord(-1);
            long savedSignals = b.AddWord(0);
            pidfdWord = b.AddWord(-1);
            pidWord = b.AddWord(0);
            Label child = b.NewLabel(), parent = b.NewLabel(), failed = b.NewLabel(), image2 = b.NewLabel();

            // Joining a PID namespace, and making namespaces inside a joined user namespace, take effect for children
            // only; so a first child joins, clones init as its sibling, and ends.
            bool inTwoSteps = joined.Count > 0;
            long first = b.AddStructure(new CloneArguments
            {
                Flags = CloneArguments.Vm | CloneArguments.Vfork | CloneArguments.Pidfd | CloneArguments.ClearSighand | (inTwoSteps ? 0 : plan.CloneFlags),
                PidfdAddress = pidfdWord,
                ExitSignal = (long)UnixSignal.ChildStatus,
            });
            FirstNode = b.Try(Calls.RtSigprocmask, Kernel.SigSetmask, everySignal, savedSignals, 8);
            long returned = b.Reserve(8);
            long clone = b.Branch(Calls.Clone3, [first, 88], returned, parent, child, parent);

            b.FailureExit = failed;
            b.Mark(child);
            if (inTwoSteps)
            {
                for (int i = 0; i < joined.Count; i++)
                {
                    b.Step($"join the {plan.Joins[i].Kind.File} namespace", plan.Joins[i].Path, Calls.Setns, joined[i], plan.Joins[i].Kind.Flag);
                }

                long second = b.AddStructure(new CloneArguments
                {
                    Flags = CloneArguments.Vm | CloneArguments.Vfork | CloneArguments.Parent | CloneArguments.ParentSettid | CloneArguments.ClearSighand | plan.CloneFlags,
                    ParentTid = pidWord,
                });
                Label done = b.NewLabel();
                b.Branch(Calls.Clone3, [second, 88], b.FailureError, done, image2, Label.Next);
                b.Step("clone a process into new namespaces", null, Node.Load32, b.FailureError, kind: StepKind.Clone);
                b.Mark(done);
                Label end = b.NewLabel();
                b.Mark(end);
                b.Branch(Calls.ExitGroup, [0], 0, end, end, end);
                b.Mark(image2);
            }

            if (plan.HasOwnUsers)
            {
                KeepCapabilities();
            }

            if (plan.TimeOffsets is { } offsets)
            {
                // Before the image is executed: that is when init enters its time namespace.
                long file = b.Reserve(8);
                b.Step("open the clock offsets", "/proc/self/timens_offsets", Calls.Openat, Kernel.AtFdcwd, b.AddText("/proc/self/timens_offsets"), Kernel.OWronly, result: file, kind: StepKind.ClockOffsets);
                b.Step("set the clock offsets", null, Calls.Write, Value.Word(file), b.AddText(offsets), offsets.Length, kind: StepKind.ClockOffsets);
            }

            b.Step("place the control socket", null, Calls.Dup3, control, 0, 0);
            b.Step("close the host's descriptors", null, Calls.CloseRange, 1, image - 1, 0);
            b.Step("close the host's descriptors", null, Calls.CloseRange, image + 1, uint.MaxValue, 0);
            long name = b.AddText("isolation-init");
            long arguments = b.AddWord(name);
            b.AddWord(0);
            long environment = arguments + 8;
            b.Step("execute the init image", null, Calls.Execveat, image, b.AddText(""), arguments, environment, Kernel.AtEmptyPath);
            imageStep = b.Steps.Count;

            b.Mark(failed);
            b.Branch(Calls.ExitGroup, [127], 0, failed, failed, failed);

            b.Mark(parent);
            b.Try(Calls.RtSigprocmask, Kernel.SigSetmask, savedSignals, 0, 8);
            Label nowhere = b.NewLabel();
            b.Mark(nowhere);
            b.Branch(Node.Return, [Value.Word(returned)], 0, nowhere, nowhere, nowhere);
            b.Finish();
            if (!inTwoSteps)
            {
                pidWord = returned;
            }
        }

        /// <summary>
        /// No id is mapped yet when the image is executed, so nobody is root in the user namespace, and execve would
        /// take the capabilities away. The ambient set carries them over.
        /// </summary>
        private void KeepCapabilities()
        {
            b.Step("keep the capabilities for init", null, Calls.Capset, b.AddWord(Kernel.CapabilityVersion3), b.AddFilled(24, 0xFF));
            Label raise = b.NewLabel(), done = b.NewLabel();
            b.Mark(raise);
            long node = b.Branch(Calls.Prctl, [Kernel.PrCapAmbient, Kernel.PrCapAmbientRaise, 0, 0, 0], 0, Label.Next, Label.Next, done);
            long number = node + Node.ArgumentOffset(2);
            b.Branch(Node.Subtract, [Value.Word(number), -1], number, raise, raise, raise);
            b.Mark(done);
        }

        internal long FirstNode { get; }

        internal int ProcessId => (int)b.GetWord(pidWord);

        internal int Pidfd => (int)b.GetWord(pidfdWord);

        internal int Error => (int)-b.GetWord(b.FailureError);

        internal ProgramStep? FailedStep => b.GetWord(b.FailureStep) is > 0 and long step ? b.Steps[(int)step - 1] : null;

        internal bool FailedAtImage => b.GetWord(b.FailureStep) == imageStep;
    }
}
