using Isolation.Linux.Cgroups;
using Isolation.Linux.FileSystem;
using Isolation.Linux.Identity;
using Isolation.Linux.Init;
using Isolation.Linux.Landlock;
using Isolation.Linux.Networking;
using Isolation.Linux.Parts;
using Isolation.Linux.Plans;
using Isolation.Linux.Privileges;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp;
using Isolation.Linux.State;

namespace Isolation.Linux.Planning;

/// <summary>
/// Plans a sandbox: from a specification and the host to the launch, the parts, and the program that sets the sandbox
/// up from inside.
/// </summary>
internal sealed class SandboxPlanner
{
    private readonly PlanningContext _context;
    private readonly SetupProgram _program;
    private readonly NamespacePart _namespaces;
    private readonly IdentityPart _identity;
    private readonly PrivilegePart _privileges;
    private readonly FileSystemPart _fileSystem;
    private readonly NetworkPart _network;
    private readonly LandlockPart _landlock;
    private readonly SeccompPart _seccomp;
    private readonly CgroupPart? _cgroups;
    private readonly DetachmentPart _detachment;

    private SandboxPlanner(SandboxSpecification specification, PlanningHost host)
    {
        _context = new PlanningContext(LinkTargets.AddTo(specification, host.Links), host);
        _program = new SetupProgram(_context);

        // Before the parts, which may reserve memory of the program when they are created.
        _program.Begin();
        _namespaces = new NamespacePart(_context);
        _identity = new IdentityPart(_context);
        _privileges = new PrivilegePart(_context);
        _landlock = new LandlockPart(_context);
        _cgroups = specification.Limits is { } limits ? new CgroupPart(_context, limits) : null;
        _fileSystem = new FileSystemPart(_context, _identity, _cgroups?.View ?? []);
        _network = new NetworkPart(_context);
        _seccomp = new SeccompPart(_context);
        _detachment = new DetachmentPart(_context);
    }

    /// <summary>Plans a sandbox. Changes nothing on the host.</summary>
    internal static SandboxPlan Plan(SandboxSpecification specification, PlanningHost host) =>
        new SandboxPlanner(specification, host).Plan();

    /// <summary>
    /// Adds the steps of the setup. The order is critical for security: each comment gives the reason for a step's
    /// place.
    /// </summary>
    private void AddSteps()
    {
        ProgramBuilder b = _context.Builder;

        // Before any other source: init keeps these two descriptors, at the lowest numbers.
        _detachment.Listen();

        // First, so that no process can trace init while it holds the privileges of the setup.
        InitProgram.Hide(b);
        ProcessStateSteps.Add(b);

        // Before init takes its identity: keys count for the user who creates them, and root may have a million.
        _privileges.Harden();
        _namespaces.JoinTime();

        // Before any mount: it would propagate to the host.
        _fileSystem.SeparateMounts();
        _identity.Take();

        // With the identity that the bounds apply to, and before the root changes: the sandbox may have no /proc.
        _privileges.BoundNamespace();

        // If fs.suid_dumpable is 1, changing the user has made init dumpable again.
        InitProgram.Hide(b);

        // The host's file system is detached here.
        _fileSystem.Mount();
        _namespaces.NameHost();
        _network.StartLoopback();

        // Inside the new root: the paths of the rules are those of the sandbox.
        if (_landlock.HasRules)
        {
            _program.CloseForRules();
            _landlock.CreateRuleset();
        }

        // Every command inherits the bounding set.
        _privileges.DropBoundingSet();

        // Last, because it restricts init itself, with no_new_privs and Landlock.
        _landlock.ConfineInit();
        _program.Finish(_landlock.Restriction?.KeptCount ?? 0);
    }

    private SandboxPlan Plan()
    {
        AddSteps();
        return new SandboxPlan
        {
            // Each is prepared in this order, and removed in the reverse one.
            Parts =
            [
                _namespaces, _identity, _privileges, _fileSystem, _network, _landlock, _seccomp,
                .. _cgroups is null ? (ReadOnlySpan<SandboxPart>)[] : [_cgroups], _detachment,
            ],
            Launch = _context.Launch,
            IdMap = _identity.Map,
            Sources = _context.Sources.ToImmutable(),
            Program = _context.Builder.Content.ToArray(),
            ProgramBeforeCommand = _program.BeforeCommand(),
            Steps = [.. _context.Builder.Steps],
            SkippableSteps = _context.SkippedWords.Count,
            Skippable = _context.Skippable.ToImmutable(),
            LandlockPlan = _landlock.Plan,
            LeftOut = _context.LeftOut.ToImmutable(),
            Cgroups = _cgroups,
            Filter = _seccomp.Filter,
            SystemCalls = _context.Specification.SystemCalls,
            OwnsProcesses = _context.Makes(Namespaces.Pid),
            MayDenySetgroups = !_context.Makes(Namespaces.User),
            IsReusable = _context.IsReusable,
            Landlock = _landlock.Restriction,
            InitEndsAll = _landlock.ConfinesInit,
            IsDetached = _context.IsDetached,
            MakesCgroupNamespace = _context.Makes(Namespaces.Cgroup)
                && _context.Specification.Mounts.Any(static entry => entry is CgroupMount),
        };
    }
}
