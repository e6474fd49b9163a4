using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.FileSystem;
using Isolation.Linux.Init;
using Isolation.Linux.Landlock;
using Isolation.Linux.Networking;
using Isolation.Linux.Plans;
using Isolation.Linux.Privileges;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp;

namespace Isolation.Linux.Planning;

/// <summary>
/// Plans a sandbox: from a specification and the host to the launch, the cgroups, and the program that sets the sandbox
/// up from inside.
/// </summary>
internal sealed class SandboxPlanner
{
    private readonly PlanningContext _context;
    private readonly SetupProgram _program;

    private SandboxPlanner(SandboxSpecification specification, PlanningHost host)
    {
        _context = new PlanningContext(specification, host);
        _program = new SetupProgram(_context);
    }

    /// <summary>Plans a sandbox. Changes nothing on the host, except that it may obtain a cgroup.</summary>
    internal static SandboxPlan Plan(SandboxSpecification specification, PlanningHost host) =>
        new SandboxPlanner(specification, host).Plan();

    /// <summary>
    /// Adds the steps of the setup. The order is critical for security: each comment gives the reason for a step's
    /// place.
    /// </summary>
    private LandlockRestriction? AddSteps(LandlockPlan? landlock, bool initEndsAll)
    {
        ProgramBuilder b = _context.Builder;
        _program.Begin();

        // Before any other source: init keeps these two descriptors, at the lowest numbers.
        DetachSteps.Listen(_context);

        // First, so that no process can trace init while it holds the privileges of the setup.
        InitProgram.Hide(b);
        ProcessStateSteps.Add(b);

        // Before init takes its identity: keys count for the user who creates them, and root may have a million.
        HardeningSteps.Add(_context);
        NamespaceSteps.JoinTime(_context);

        // Before any mount: it would propagate to the host.
        RootSetup root = new(_context);
        root.SeparateMounts();
        InitIdentitySteps.Take(_context);

        // With the identity that the bounds apply to, and before the root changes: the sandbox may have no /proc.
        HardeningSteps.BoundNamespace(_context);

        // If fs.suid_dumpable is 1, changing the user has made init dumpable again.
        InitProgram.Hide(b);

        // The host's file system is detached here.
        root.Mount();
        NamespaceSteps.NameHost(_context);
        LoopbackSteps.Start(_context);

        // Inside the new root: the paths of the rules are those of the sandbox.
        LandlockRestriction? restriction = AddLandlock(landlock);

        // Every command inherits the bounding set.
        BoundingSetSteps.Add(_context);
        if (initEndsAll)
        {
            // Last, because it restricts init itself, with no_new_privs and Landlock.
            InitScopeSteps.Add(b);
        }

        _program.Finish(restriction?.KeptCount ?? 0);
        return restriction;
    }

    private LandlockRestriction? AddLandlock(LandlockPlan? plan)
    {
        if (plan is null or { IsEmpty: true })
        {
            return null;
        }

        SandboxSpecification specification = _context.Specification;
        _program.CloseForRules();
        return LandlockSteps.Add(
            _context.Builder, MountedRules.Complete(specification, specification.Landlock!), plan,
            _context.FirstDescriptor);
    }

    private SandboxPlan Plan()
    {
        SandboxSpecification specification = _context.Specification;
        LandlockPlan? landlock = specification.Landlock is { } policy
            ? LandlockPlan.Make(policy, _context.Host.Landlock)
            : null;
        _context.LeftOut.AddRange(landlock?.NotApplied ?? []);
        CgroupPlan? cgroups = CgroupPlan.Make(
            specification.Limits, _context.Host.Files, _context.IsDetached ? null : _context.Host.Cgroups);
        bool initEndsAll = landlock is not null && specification.Namespaces.Pid is HostNamespace
            && landlock.Scopes.HasFlag(LandlockScopes.Signals);
        LandlockRestriction? restriction = AddSteps(landlock, initEndsAll);

        return new SandboxPlan
        {
            Launch = _context.Launch,
            IdMap = _context.IdMap,
            Sources = _context.Sources.ToImmutable(),
            Program = _context.Builder.Content.ToArray(),
            ProgramBeforeCommand = _program.BeforeCommand(),
            Steps = [.. _context.Builder.Steps],
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
            IsDetached = _context.IsDetached,
        };
    }
}
