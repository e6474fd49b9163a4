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
        private readonly ProgramBuilder _b;
        private readonly long _pidWord;
        private readonly long _pidfdWord;
        private readonly int _imageStep;

        internal LaunchProgram(ProgramBuilder builder, LaunchPlan plan, int image, int control, List<int> joined)
        {
            _b = builder;
            _b.AddCommonWords();
            long everySignal = _b.AddWord(-1);
            long savedSignals = _b.AddWord(0);
            _pidfdWord = _b.AddWord(-1);
            _pidWord = _b.AddWord(0);
            Label child = _b.NewLabel(), parent = _b.NewLabel(), failed = _b.NewLabel(), image2 = _b.NewLabel();

            // Joining a PID namespace, and making namespaces inside a joined user namespace, take effect for children
            // only; so a first child joins, clones init as its sibling, and ends.
            bool inTwoSteps = joined.Count > 0;
            long first = _b.AddStructure(new CloneArguments
            {
                Flags = CloneArguments.Vm | CloneArguments.Vfork | CloneArguments.Pidfd | CloneArguments.ClearSighand | (inTwoSteps ? 0 : plan.CloneFlags),
                PidfdAddress = _pidfdWord,
                ExitSignal = (long)UnixSignal.ChildStatus,
            });
            FirstNode = _b.Try(Calls.RtSigprocmask, Kernel.SigSetmask, everySignal, savedSignals, 8);
            long returned = _b.Reserve(8);
            long clone = _b.Branch(Calls.Clone3, [first, 88], returned, parent, child, parent);

            _b.FailureExit = failed;
            _b.Mark(child);
            if (inTwoSteps)
            {
                for (int i = 0; i < joined.Count; i++)
                {
                    _b.Step($"join the {plan.Joins[i].Kind.File} namespace", plan.Joins[i].Path, Calls.Setns, joined[i], plan.Joins[i].Kind.Flag);
                }

                long second = _b.AddStructure(new CloneArguments
                {
                    Flags = CloneArguments.Vm | CloneArguments.Vfork | CloneArguments.Parent | CloneArguments.ParentSettid | CloneArguments.ClearSighand | plan.CloneFlags,
                    ParentTid = _pidWord,
                });
                Label done = _b.NewLabel();
                _b.Branch(Calls.Clone3, [second, 88], _b.FailureError, done, image2, Label.Next);
                _b.Step("clone a process into new namespaces", null, Node.Load32, _b.FailureError, kind: StepKind.Clone);
                _b.Mark(done);
                Label end = _b.NewLabel();
                _b.Mark(end);
                _b.Branch(Calls.ExitGroup, [0], 0, end, end, end);
                _b.Mark(image2);
            }

            if (plan.HasOwnUsers)
            {
                KeepCapabilities();
            }

            if (plan.TimeOffsets is { } offsets)
            {
                // Before the image is executed: that is when init enters its time namespace.
                long file = _b.Reserve(8);
                _b.Step("open the clock offsets", "/proc/self/timens_offsets", Calls.Openat, Kernel.AtFdcwd, _b.AddText("/proc/self/timens_offsets"), Kernel.OWronly, result: file, kind: StepKind.ClockOffsets);
                _b.Step("set the clock offsets", null, Calls.Write, Value.Word(file), _b.AddText(offsets), offsets.Length, kind: StepKind.ClockOffsets);
            }

            _b.Step("place the control socket", null, Calls.Dup3, control, 0, 0);
            _b.Step("close the host's descriptors", null, Calls.CloseRange, 1, image - 1, 0);
            _b.Step("close the host's descriptors", null, Calls.CloseRange, image + 1, uint.MaxValue, 0);
            long name = _b.AddText(plan.Name is null ? "isolation-init" : $"isolation-init: {plan.Name}");
            long arguments = _b.AddWord(name);
            _b.AddWord(0);
            long environment = arguments + 8;
            _b.Step("execute the init image", null, Calls.Execveat, image, _b.AddText(""), arguments, environment, Kernel.AtEmptyPath);
            _imageStep = _b.Steps.Count;

            _b.Mark(failed);
            _b.Branch(Calls.ExitGroup, [127], 0, failed, failed, failed);

            _b.Mark(parent);
            _b.Try(Calls.RtSigprocmask, Kernel.SigSetmask, savedSignals, 0, 8);
            Label nowhere = _b.NewLabel();
            _b.Mark(nowhere);
            _b.Branch(Node.Return, [Value.Word(returned)], 0, nowhere, nowhere, nowhere);
            _b.Finish();
            if (!inTwoSteps)
            {
                _pidWord = returned;
            }
        }

        /// <summary>
        /// No id is mapped yet when the image is executed, so nobody is root in the user namespace, and execve would
        /// take the capabilities away. The ambient set carries them over.
        /// </summary>
        private void KeepCapabilities()
        {
            _b.Step("keep the capabilities for init", null, Calls.Capset, _b.AddWord(Kernel.CapabilityVersion3), _b.AddFilled(24, 0xFF));
            Label raise = _b.NewLabel(), done = _b.NewLabel();
            _b.Mark(raise);
            long node = _b.Branch(Calls.Prctl, [Kernel.PrCapAmbient, Kernel.PrCapAmbientRaise, 0, 0, 0], 0, Label.Next, Label.Next, done);
            long number = node + Node.ArgumentOffset(2);
            _b.Branch(Node.Subtract, [Value.Word(number), -1], number, raise, raise, raise);
            _b.Mark(done);
        }

        internal long FirstNode { get; }

        internal int ProcessId => (int)_b.GetWord(_pidWord);

        internal int Pidfd => (int)_b.GetWord(_pidfdWord);

        internal int Error => (int)-_b.GetWord(_b.FailureError);

        internal ProgramStep? FailedStep => _b.GetWord(_b.FailureStep) is > 0 and long step ? _b.Steps[(int)step - 1] : null;

        internal bool FailedAtImage => _b.GetWord(_b.FailureStep) == _imageStep;
    }
}
