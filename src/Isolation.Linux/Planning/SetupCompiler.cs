using System.Runtime.InteropServices;
using Isolation.Linux.Cgroups.Delegation;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.FileSystem;
using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Landlock;
using Isolation.Linux.Plans;
using Isolation.Linux.Privileges;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp;

namespace Isolation.Linux.Planning;

/// <summary>Compiles a specification into the program that sets up a sandbox from inside.</summary>
internal sealed class SetupCompiler
{
    private const int LastSignal = 64;

    private readonly SetupContext _context;
    private readonly ICgroupDelegation _groups;
    private readonly LandlockSupport _landlock;

    private SetupCompiler(
        SandboxSpecification specification, ProcessCredentials facts, ICgroupDelegation groups,
        LandlockSupport landlock)
    {
        _context = new SetupContext(specification, facts);
        _groups = groups;
        _landlock = landlock;
    }

    internal static CompiledSetup Compile(
        SandboxSpecification specification, ProcessCredentials facts, ICgroupDelegation? groups = null,
        LandlockSupport? landlock = null) =>
        new SetupCompiler(
            specification, facts, groups ?? HostCgroupDelegation.Default,
            landlock ?? LandlockSupport.Current).Compile();

    private static SystemCallTable Calls => SystemCallTable.Current;

    private CompiledSetup Compile()
    {
        SandboxSpecification specification = _context.Specification;
        LandlockPlan? landlock = specification.Landlock is { } policy ? LandlockPlan.Make(policy, _landlock) : null;
        _context.LeftOut.AddRange(landlock?.NotApplied ?? []);
        CgroupPlan? cgroups = CgroupPlan.Make(specification.Limits, HostFiles.Current, _groups);
        ProgramBuilder b = _context.Builder;
        b.BeginAtBase();
        Label failed = b.NewLabel();
        b.FailureExit = failed;

        InitProgram.Hide(b);
        ResetSignals();
        HardeningSteps.Add(_context);
        JoinTime();
        RootSetup root = new(_context);
        root.SeparateMounts();
        TakeIdentity();
        HardeningSteps.BoundNamespace(_context);

        // If fs.suid_dumpable is 1, changing the user has made init dumpable again.
        InitProgram.Hide(b);
        root.Mount();
        NameHost();
        if (specification.Namespaces.Network is NewNamespace && _context.Makes(Namespaces.Network))
        {
            StartLoopback();
        }

        (long clear, long rules) = landlock is { IsEmpty: false } ? CloseForRules() : default;
        LandlockRestriction? restriction = landlock is null
            ? null
            : LandlockSteps.Add(b, MountedRules.Complete(specification, specification.Landlock!), landlock);
        if (!_context.Makes(Namespaces.User) && !_context.JoinsUser
            && (_context.Facts.Capabilities & (1L << Kernel.CapSetpcap)) == 0)
        {
            // no_new_privs prevents executed programs from gaining capabilities from the bounding set.
            _context.LeftOut.Add(new NotApplied(
                "empty the bounding set of capabilities",
                "Without a user namespace, it requires CAP_SETPCAP. Commands still cannot gain any capability "
                    + "(no_new_privs).", null));
        }
        else
        {
            HardeningSteps.DropBoundingSet(b, specification.Capabilities.Bounding);
        }

        bool initEndsAll = landlock is not null && specification.Namespaces.Pid is HostNamespace
            && landlock.Scopes.HasFlag(LandlockScopes.Signals);
        if (initEndsAll)
        {
            InitScopeSteps.Add(b);
        }

        Label end = b.NewLabel();
        long last = b.Jump(end);
        b.Mark(end);
        b.Step("close what the set-up left open", null, Calls.CloseRange,
            InitProgram.FirstFreeDescriptor + (restriction?.KeptCount ?? 0), uint.MaxValue, 0);
        SendReady();
        b.Jump(b.LabelAt(InitProgram.Current.Loop));
        SendFailure(failed);
        (long tell, long told) = TellOfSkipped();
        b.Finish();

        byte[] program = b.Content.ToArray();
        byte[] before = new byte[(program.Length + 7) & ~7];
        program.CopyTo(before, 0);
        if (clear != 0)
        {
            Link(before, clear, rules);
        }

        Link(before, last, tell);
        Link(before, told, InitProgram.ProgramAddress + before.Length);

        return new CompiledSetup
        {
            Plan = _context.Plan,
            IdMap = _context.IdMap,
            Sources = _context.Sources.ToImmutable(),
            Program = program,
            ProgramBeforeCommand = before,
            Steps = [.. b.Steps],
            SkippableSteps = _context.SkippedWords.Count,
            Skippable = _context.Skippable.ToImmutable(),
            Missing = _context.Missing.ToImmutable(),
            Hardening = _context.Hardening.ToImmutable(),
            LandlockPlan = landlock,
            LeftOut = cgroups is null ? _context.LeftOut.ToImmutable() : [.. _context.LeftOut, .. cgroups.NotApplied],
            Cgroups = cgroups,
            Filter = FilterCache.Get(_context.Specification.SystemCalls),
            SystemCalls = _context.Specification.SystemCalls,
            OwnsProcesses = _context.Makes(Namespaces.Pid),
            MayDenySetgroups = !_context.Makes(Namespaces.User),
            IsReusable = _context.IsReusable,
            Landlock = restriction,
            InitEndsAll = initEndsAll,
        };
    }

    /// <summary>Resets signals that the application ignores. Ignored signals stay ignored across execve.</summary>
    private void ResetSignals()
    {
        ProgramBuilder b = _context.Builder;
        long defaultAction = b.Reserve(32);

        // A loop, because 64 nodes would take more than a page. The kernel rejects SIGKILL and SIGSTOP, which cannot be
        // ignored.
        Label reset = b.NewLabel(), done = b.NewLabel();
        b.Mark(reset);
        long node = b.Try(Calls.RtSigaction, LastSignal, defaultAction, 0, 8);
        long signal = node + Node.ArgumentOffset(0);
        b.Branch(Node.Subtract, [Value.Word(signal), 1], signal, reset, done, done);
        b.Mark(done);

        b.Try(Calls.Prctl, Kernel.PrSetChildSubreaper, 1);

        // The kernel names a program executed by its descriptor after the file or the descriptor's number.
        b.Try(Calls.Prctl, Kernel.PrSetName, b.AddText("isolation-init"));
        b.Try(Calls.Umask, 0);
    }

    /// <summary>Joins the time namespace. Requires a process that shares its memory with no other.</summary>
    private void JoinTime()
    {
        if (_context.TimeJoin is { } join)
        {
            long file = _context.AddSource(new HostSource(HostSourceKind.Namespace, join.Path));
            _context.Builder.Step(
                "join the time namespace", join.Path, Calls.Setns, Value.Word(file), CloneArguments.NewTime);
        }
    }

    private void TakeIdentity()
    {
        ProgramBuilder b = _context.Builder;
        if (_context.JoinsUser)
        {
            TakeJoinedIdentity();
        }

        if (_context.IdMap is not { } map)
        {
            return;
        }

        if (!map.DeniesSetgroups)
        {
            b.Step("drop the host's supplementary groups", null, Calls.Setgroups, 0, 0);
        }

        b.Step("become the sandbox's first group", null, Calls.Setresgid, map.InitGroup, map.InitGroup, map.InitGroup);
        b.Step("become the sandbox's first user", null, Calls.Setresuid, map.InitUser, map.InitUser, map.InitUser);
    }

    /// <summary>
    /// Takes an identity in a joined user namespace. Only the kernel knows the map of a namespace joined by path, so
    /// this tries to become root. Without a mapped id, no file could be created.
    /// </summary>
    private void TakeJoinedIdentity()
    {
        ProgramBuilder b = _context.Builder;
        SandboxUser user = _context.Specification.User;
        Label noGroup = b.NewLabel(), users = b.NewLabel(), noUser = b.NewLabel(), done = b.NewLabel();
        b.Try(Calls.Setgroups, 0, 0);
        b.Branch(Calls.Setresgid, [0, 0, 0], 0, users, users, noGroup);
        b.Mark(noGroup);
        b.Try(Calls.Setresgid, user.GroupId, user.GroupId, user.GroupId);
        b.Mark(users);
        b.Branch(Calls.Setresuid, [0, 0, 0], 0, done, done, noUser);
        b.Mark(noUser);
        b.Try(Calls.Setresuid, user.UserId, user.UserId, user.UserId);
        b.Mark(done);
    }

    private void NameHost()
    {
        if (!_context.Makes(Namespaces.Uts))
        {
            return;
        }

        SetName(_context.Specification.HostName, "set the host name", Calls.Sethostname);
        SetName(_context.Specification.DomainName, "set the domain name", Calls.Setdomainname);
    }

    private void SetName(string? name, string action, int call)
    {
        if (name is not null)
        {
            _context.Builder.Step(
                action, name, call, _context.Builder.AddText(name), System.Text.Encoding.UTF8.GetByteCount(name));
        }
    }

    private void StartLoopback()
    {
        ProgramBuilder b = _context.Builder;
        long request = b.Reserve(40); // struct ifreq: the name in 16 bytes, then the flags
        "lo"u8.CopyTo(b.At(request, 2));
        b.SetWord(request + 16, Kernel.InterfaceUp);
        long socket = b.Reserve(8);
        b.Step("open a socket to start loopback", null, Calls.Socket, Kernel.AfInet,
            Kernel.SockDgram | Kernel.SockCloexec, 0, result: socket);
        b.Step("start the loopback device", null, Calls.Ioctl, Value.Word(socket), Kernel.SetInterfaceFlags, request);
    }

    private void SendReady()
    {
        ProgramBuilder b = _context.Builder;
        long message = b.AddWord((long)InitMessage.Ready);
        List<long> copies = [];
        foreach ((long step, long error) in _context.SkippedWords)
        {
            copies.Add(step);
            copies.Add(error);
        }

        // The words of skipped steps are scattered over the program; the message has them in a row.
        long copy = b.Reserve(8 * copies.Count);
        foreach (long word in copies)
        {
            b.Branch(Node.Load32, [word], copy, Label.Next, Label.Next, Label.Next);
            copy += 8;
        }

        b.Try(Calls.Sendto, 0, message, copy - message, Kernel.MsgNosignal, 0);
    }

    /// <summary>
    /// Adds the report for a setup directly followed by a command, which sends a message only if something was skipped.
    /// Returns the first and the last node.
    /// </summary>
    private (long First, long Last) TellOfSkipped()
    {
        ProgramBuilder b = _context.Builder;
        Label send = b.NewLabel(), done = b.NewLabel();
        long begin = b.Branch(Node.Subtract, [0, 0], 0, Label.Next, Label.Next, Label.Next);
        foreach ((long step, _) in _context.SkippedWords)
        {
            b.Branch(Node.Load32, [step], 0, send, Label.Next, Label.Next);
        }

        b.Jump(done);
        b.Mark(send);
        SendReady();
        b.Mark(done);
        return (begin, b.Jump(b.LabelAt(InitProgram.Current.Loop)));
    }

    /// <summary>
    /// Closes the descriptors that the setup has opened, so that the kept ruleset gets the lowest numbers. Skipped if a
    /// command follows directly, because its descriptors have been received by then. Returns the node to change for
    /// that, and its new target.
    /// </summary>
    private (long Node, long End) CloseForRules()
    {
        ProgramBuilder b = _context.Builder;
        Label next = b.NewLabel();
        long node = b.Jump(next);
        b.Mark(next);
        b.Try(Calls.CloseRange, InitProgram.FirstFreeDescriptor, uint.MaxValue, 0);
        return (node, b.Branch(Node.Subtract, [0, 0], 0, Label.Next, Label.Next, Label.Next));
    }

    private void Link(byte[] program, long node, long next)
    {
        for (int link = 0; link < 3; link++)
        {
            MemoryMarshal.Write(
                program.AsSpan(
                    (int)(node - _context.Builder.BaseAddress) + Node.NextIfPositiveOffset + (8 * link)), in next);
        }
    }

    private void SendFailure(Label failed)
    {
        ProgramBuilder b = _context.Builder;
        b.Mark(failed);
        FailureMessage.Emit(b, FailureMessage.SetupToken);
        b.Jump(b.LabelAt(InitProgram.Current.ExitNode));
    }
}
