using System.Collections.Immutable;
using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Identity;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Probing;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Plans;

/// <summary>Represents the state that the parts of the setup share during compilation.</summary>
internal sealed class PlanningContext
{
    private readonly Namespaces _made;

    internal PlanningContext(SandboxSpecification specification, PlanningHost host)
    {
        Specification = specification;
        Host = host;
        long flags = 0;
        List<NamespaceJoin> joins = [];
        foreach (NamespaceKind kind in NamespaceKind.All)
        {
            switch (specification.Namespaces[kind.Kind])
            {
                case NewNamespace source when FindObstacle(kind, source.Requirement) is { } obstacle:
                    obstacle.Refuse(
                        source.Requirement, new ProgramStep($"make a {kind.Word} namespace", null, StepKind.Clone),
                        Errno.EPERM, LeftOut);
                    break;
                case NewNamespace:
                    flags |= kind.Flag;
                    _made |= kind.Kind;
                    break;
                case JoinedByPath join:
                    AddJoin(new NamespaceJoin(kind, join.Path), joins);
                    break;
                case JoinedFromProcess join:
                    AddJoin(new NamespaceJoin(kind, $"/proc/{join.ProcessId}/ns/{kind.File}"), joins);
                    break;
            }
        }

        Launch = new LaunchPlan(flags, [.. joins], specification.TimeOffsets is { } offsets
            && Makes(Namespaces.Time) ? Format(offsets) : null)
        {
            Name = specification.Name,
        };
        if (!Launch.BeginsInNewUsers && specification.Hardening.OutOfMemoryScore is { } score)
        {
            Launch = Launch with { OutOfMemoryScore = score.ToString(CultureInfo.InvariantCulture) };
        }

        IdMap = Makes(Namespaces.User) ? IdMapResolver.Resolve(specification, host.Credentials, host.Files) : null;
        if (TimeJoin is { } time && Makes(Namespaces.User))
        {
            throw SandboxErrors.Refuse(
                new ProgramStep("join the time namespace", time.Path, StepKind.Join), Errno.EPERM,
                "the sandbox's new user namespace has no privileges over it, and a time namespace cannot be joined "
                    + "before the user namespace is created",
                "Also join the user namespace of the same process.");
        }
    }

    /// <summary>
    /// Gets whether the application mounts overlays for init. Users other than root lose their capabilities when the
    /// init image is executed.
    /// </summary>
    internal bool HostLaysOverlays => HostOpensDirectories && Facts.UserId == 0;

    internal SandboxSpecification Specification { get; }

    internal PlanningHost Host { get; }

    internal ProcessCredentials Facts => Host.Credentials;

    internal LaunchPlan Launch { get; }

    internal NamespaceJoin? TimeJoin { get; private set; }

    internal ResolvedIdMap? IdMap { get; }

    internal ProgramBuilder Builder { get; } = new(InitProgram.ProgramAddress);

    internal ImmutableArray<HostSource>.Builder Sources { get; } = ImmutableArray.CreateBuilder<HostSource>();

    internal ImmutableArray<NotApplied>.Builder LeftOut { get; } = ImmutableArray.CreateBuilder<NotApplied>();

    /// <summary>
    /// Gets the addresses of the words that hold the failed step and its error, for each skippable entry.
    /// </summary>
    internal List<(long Step, long Error)> SkippedWords { get; } = [];

    /// <summary>Gets the subject of each skippable entry.</summary>
    internal ImmutableArray<object>.Builder Skippable { get; } = ImmutableArray.CreateBuilder<object>();

    /// <summary>Gets the entries that were omitted in advance.</summary>
    internal ImmutableArray<MountEntry>.Builder Missing { get; } = ImmutableArray.CreateBuilder<MountEntry>();

    /// <summary>Gets descriptions of the hardening measures.</summary>
    internal ImmutableArray<string>.Builder Hardening { get; } = ImmutableArray.CreateBuilder<string>();

    /// <summary>Gets or sets whether later sandboxes can reuse the compiled setup.</summary>
    internal bool IsReusable { get; set; } = true;

    /// <summary>
    /// Gets whether the application opens directories of the host for init. In its user namespace, init has no
    /// privileges over files with unmapped ids.
    /// </summary>
    internal bool HostOpensDirectories => Facts.MayMount && Makes(Namespaces.User);

    internal bool JoinsUser => Launch.JoinsUsers;

    /// <summary>Gets whether the sandbox outlives its application.</summary>
    internal bool IsDetached => Specification.Lifetime == SandboxLifetime.Detached;

    /// <summary>Gets the first descriptor of init that the setup may use, and may keep for commands.</summary>
    internal int FirstDescriptor =>
        InitProgram.FirstFreeDescriptor + (IsDetached ? DetachNodes.DescriptorCount : 0);

    internal bool Makes(Namespaces kind) => (_made & kind) != 0;

    /// <summary>
    /// Adds a source for the application to pass. Returns the address of the word with its descriptor.
    /// </summary>
    internal long AddSource(HostSource source)
    {
        if (Sources.Count == Kernel.MaximumDescriptors - 1)
        {
            throw new SandboxException(
                $"Too many directories and files of the host are specified (limit: {Kernel.MaximumDescriptors - 1}).");
        }

        Sources.Add(source);
        return InitProgram.Current.DescriptorAddress(Sources.Count - 1);
    }

    /// <summary>
    /// Adds a detached clone of the mounts at a path of the host. Returns the address of the word with its descriptor.
    /// </summary>
    internal long Tree(string path, bool recursive)
    {
        if (HostOpensDirectories)
        {
            return AddSource(new HostSource(recursive ? HostSourceKind.MountTree : HostSourceKind.Mount, path));
        }

        return new MountSteps(Builder).CopyOf(path, recursive);
    }

    /// <summary>
    /// Adds a group of steps. If the requirement allows it, a failed step skips the rest of the group.
    /// </summary>
    /// <param name="requirement">Whether the group is required.</param>
    /// <param name="subject">The subject: an entry of the specification, or a description for the report.</param>
    /// <param name="steps">The action that adds the steps.</param>
    internal void Group(Requirement requirement, object subject, Action steps)
    {
        if (requirement == Requirement.Require)
        {
            steps();
            return;
        }

        ProgramBuilder b = Builder;
        Label outer = b.FailureExit;
        Label skipped = b.NewLabel(), after = b.NewLabel();
        long step = b.Reserve(8), error = b.Reserve(8);
        SkippedWords.Add((step, error));
        Skippable.Add(subject);
        b.FailureExit = skipped;
        steps();
        b.FailureExit = outer;
        b.Jump(after);
        b.Mark(skipped);
        b.Branch(Node.Load32, [b.FailureStep], step, Label.Next, Label.Next, Label.Next);
        b.Branch(Node.Load32, [b.FailureError], error, Label.Next, Label.Next, Label.Next);
        b.Mark(after);
    }

    /// <summary>
    /// Finds an obstacle to creating a namespace. Probes the host if the namespace is optional; otherwise the launch
    /// reports the error.
    /// </summary>
    private Obstacle? FindObstacle(NamespaceKind kind, Requirement requirement)
    {
        NamespaceProbe probe = Host.Namespaces;
        if (requirement == Requirement.Require)
        {
            return probe.FindBySwitch(kind);
        }

        bool hasUsers = Makes(Namespaces.User) || Specification.Namespaces.User is JoinedByPath or JoinedFromProcess;
        return kind.Kind != Namespaces.User && !hasUsers && !Facts.MayMount
            ? new Obstacle(
                "Without root privileges, it requires a new user namespace.",
                "Also request a new user namespace, or run the application as root.")
            : probe.Find(kind);
    }

    private static string Format(TimeOffsets offsets)
    {
        static string Line(string clock, TimeSpan offset)
        {
            long seconds = (long)Math.Floor(offset.TotalSeconds);
            return $"{clock} {seconds} {(offset - TimeSpan.FromSeconds(seconds)).Ticks * 100}\n";
        }

        return Line("monotonic", offsets.Monotonic) + Line("boottime", offsets.BootTime);
    }

    private void AddJoin(NamespaceJoin join, List<NamespaceJoin> joins)
    {
        if (join.Kind.Kind == Namespaces.Time)
        {
            TimeJoin = join;
        }
        else
        {
            joins.Add(join);
        }
    }
}
