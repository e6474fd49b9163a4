using System.Runtime.InteropServices;
using Isolation.Linux.Hosting;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Setup;

/// <summary>Turns a specification into the program that sets a sandbox up from inside.</summary>
internal sealed class SetupCompiler
{
    private readonly SetupContext context;

    private SetupCompiler(SandboxSpecification specification, HostFacts facts) => context = new SetupContext(specification, facts);

    internal static CompiledSetup Compile(SandboxSpecification specification, HostFacts facts) => new SetupCompiler(specification, facts).Compile();

    private static SystemCallTable Calls => SystemCallTable.Current;

    private CompiledSetup Compile()
    {
        SandboxSpecification specification = context.Specification;
        ProgramBuilder b = context.Builder;
        b.BeginAtBase();
        Label failed = b.NewLabel();
        b.FailureExit = failed;

        ResetSignals();
        JoinTime();
        RootSetup root = new(context);
        root.BeforeIdentity();
        TakeIdentity();
        root.Mount();
        NameHost();
        if (specification.Namespaces.Network is NewNamespace && context.Makes(Namespaces.Network))
        {
            StartLoopback();
        }

        DropBoundingSet();
        const int SetDumpable = 4;
        b.Step("keep the init process from being traced", null, Calls.Prctl, SetDumpable, 0);
        Label end = b.NewLabel();
        long last = b.Jump(end);
        b.Mark(end);
        b.Step("close what the set-up left open", null, Calls.CloseRange, InitProgram.FirstFreeDescriptor, uint.MaxValue, 0);
        StepMessage.Send(b, InitMessage.Ready, StepMessage.SetupToken);
        b.Jump(b.LabelAt(InitProgram.Current.Loop));
        b.Mark(failed);
        StepMessage.Send(b, InitMessage.Failed, StepMessage.SetupToken);
        b.Jump(b.LabelAt(InitProgram.Current.ExitNode));
        b.Finish();

        byte[] program = b.Content.ToArray();
        byte[] before = new byte[(program.Length + 7) & ~7];
        program.CopyTo(before, 0);
        for (int link = 0; link < 3; link++)
        {
            long next = InitProgram.ProgramAddress + before.Length;
            MemoryMarshal.Write(before.AsSpan((int)(last - b.BaseAddress) + Node.NextIfPositiveOffset + (8 * link)), in next);
        }

        return new CompiledSetup
        {
            Plan = context.Plan,
            IdMap = context.IdMap,
            Sources = context.Sources.ToImmutable(),
            Program = program,
            ProgramBeforeCommand = before,
            Steps = [.. b.Steps],
            SkippableSteps = context.SkippableSteps.ToImmutable(),
            LeftOut = context.LeftOut.ToImmutable(),
            OwnsProcesses = context.Makes(Namespaces.Pid),
            IsReusable = !context.HasMissingSource,
        };
    }

    /// <summary>What the host ignores, its sandboxes must not: an ignored signal stays ignored over execve. Handlers end there.</summary>
    private void ResetSignals()
    {
        ProgramBuilder b = context.Builder;
        long defaultAction = b.Reserve(32);
        foreach (int signal in context.Facts.IgnoredSignals)
        {
            b.Try(Calls.RtSigaction, signal, defaultAction, 0, 8);
        }

        const int SetChildSubreaper = 36;
        b.Try(Calls.Prctl, SetChildSubreaper, 1);
        b.Try(Calls.Umask, 0);

        // Else it has the name of the memory file that it was executed from.
        const int SetName = 15;
        b.Try(Calls.Prctl, SetName, b.AddText("isolation-init"));
    }

    /// <summary>A time namespace can only be joined by a process that shares its memory with no other.</summary>
    private void JoinTime()
    {
        if (context.TimeJoin is { } join)
        {
            long file = context.AddSource(new HostSource(HostSourceKind.Namespace, join.Path));
            context.Builder.Step("join the time namespace", join.Path, Calls.Setns, Value.Word(file), CloneArguments.NewTime);
        }
    }

    private void TakeIdentity()
    {
        if (context.IdMap is not { } map)
        {
            return;
        }

        ProgramBuilder b = context.Builder;
        if (!map.DeniesSetgroups)
        {
            b.Step("drop the host's supplementary groups", null, Calls.Setgroups, 0, 0);
        }

        b.Step("become the sandbox's first group", null, Calls.Setresgid, map.InitGroup, map.InitGroup, map.InitGroup);
        b.Step("become the sandbox's first user", null, Calls.Setresuid, map.InitUser, map.InitUser, map.InitUser);
    }

    private void NameHost()
    {
        if (!context.Makes(Namespaces.Uts))
        {
            return;
        }

        SetName(context.Specification.HostName, "set the host name", Calls.Sethostname);
        SetName(context.Specification.DomainName, "set the domain name", Calls.Setdomainname);
    }

    private void SetName(string? name, string action, int call)
    {
        if (name is not null)
        {
            context.Builder.Step(action, name, call, context.Builder.AddText(name), System.Text.Encoding.UTF8.GetByteCount(name));
        }
    }

    private void StartLoopback()
    {
        ProgramBuilder b = context.Builder;
        const int SetInterfaceFlags = 0x8914;
        const long Up = 1;
        long request = b.Reserve(40); // struct ifreq: the name in 16 bytes, then the flags
        "lo"u8.CopyTo(b.At(request, 2));
        b.SetWord(request + 16, Up);
        long socket = b.Step("open a socket to start loopback", null, Calls.Socket, Kernel.AfInet, Kernel.SockDgram | Kernel.SockCloexec, 0);
        b.Step("start the loopback device", null, Calls.Ioctl, Value.Word(socket), SetInterfaceFlags, request);
    }

    /// <summary>Drops every capability from the bounding set, by number until the kernel knows no more.</summary>
    private void DropBoundingSet()
    {
        ProgramBuilder b = context.Builder;
        const int DropFromBoundingSet = 24;
        Label done = b.NewLabel(), drop = b.NewLabel();
        b.Mark(drop);
        long dropNode = b.Branch(Calls.Prctl, [DropFromBoundingSet, 0], 0, Label.Next, Label.Next, done);
        long number = dropNode + Node.ArgumentOffset(1);
        b.Branch(Node.Subtract, [Value.Word(number), -1], number, drop, drop, drop);
        b.Mark(done);
    }
}
