using System.Collections.Immutable;
using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Parts;

/// <summary>Represents the state that the parts of a sandbox share while they plan.</summary>
internal sealed class PlanningContext
{
    private readonly NamespacePlan _namespaces;

    internal PlanningContext(SandboxSpecification specification, PlanningHost host)
    {
        Specification = specification;
        Host = host;
        _namespaces = NamespacePlan.Make(specification, host, LeftOut);
        Launch = _namespaces.Launch;
    }

    internal SandboxSpecification Specification { get; }

    internal PlanningHost Host { get; }

    internal ProcessCredentials Facts => Host.Credentials;

    /// <summary>Gets the time namespace that init joins; null for none.</summary>
    internal NamespaceJoin? TimeJoin => _namespaces.TimeJoin;

    /// <summary>Gets or sets the plan of the launch.</summary>
    internal LaunchPlan Launch { get; set; }

    internal ProgramBuilder Builder { get; } = new(InitProgram.ProgramAddress);

    internal ImmutableArray<HostSource>.Builder Sources { get; } = ImmutableArray.CreateBuilder<HostSource>();

    internal ImmutableArray<NotApplied>.Builder LeftOut { get; } = ImmutableArray.CreateBuilder<NotApplied>();

    /// <summary>
    /// Gets the addresses of the words that hold the failed step and its error, for each skippable entry.
    /// </summary>
    internal List<(long Step, long Error)> SkippedWords { get; } = [];

    /// <summary>Gets the subject of each skippable entry.</summary>
    internal ImmutableArray<object>.Builder Skippable { get; } = ImmutableArray.CreateBuilder<object>();

    /// <summary>Gets or sets whether later sandboxes can reuse the plan.</summary>
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

    internal bool Makes(Namespaces kind) => (_namespaces.Created & kind) != 0;

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
}
