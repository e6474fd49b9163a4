using System.Collections.Immutable;
using Isolation.Linux.Hosting;
using Isolation.Linux.Identity;
using Isolation.Linux.Interop;
using Isolation.Linux.Launching;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Setup;

/// <summary>What the parts of the set-up share while it is compiled.</summary>
internal sealed class SetupContext
{
    private readonly Namespaces made;
    private Requirement _requirement;

    internal SetupContext(SandboxSpecification specification, HostFacts facts)
    {
        Specification = specification;
        Facts = facts;
        long flags = 0;
        List<NamespaceJoin> joins = [];
        foreach (NamespaceKind kind in NamespaceKind.All)
        {
            switch (specification.Namespaces[kind.Kind])
            {
                case NewNamespace source when NamespaceAvailability.Find(kind, facts) is { } missing:
                    if (source.Requirement == Requirement.Require)
                    {
                        throw new SandboxException($"make a {kind.File} namespace", null, Errno.EPERM, nameof(Errno.EPERM), missing.Reason, missing.Remedy);
                    }

                    LeftOut.Add(missing);
                    break;
                case NewNamespace:
                    flags |= kind.Flag;
                    made |= kind.Kind;
                    break;
                case JoinedByPath join:
                    AddJoin(new NamespaceJoin(kind, join.Path), joins);
                    break;
                case JoinedFromProcess join:
                    AddJoin(new NamespaceJoin(kind, $"/proc/{join.ProcessId}/ns/{kind.File}"), joins);
                    break;
            }
        }

        Plan = new LaunchPlan(flags, [.. joins], specification.TimeOffsets is { } offsets && Makes(Namespaces.Time) ? Format(offsets) : null);
        IdMap = Makes(Namespaces.User) ? IdMapResolver.Resolve(specification, facts) : null;
    }

    internal SandboxSpecification Specification { get; }

    internal HostFacts Facts { get; }

    internal LaunchPlan Plan { get; }

    internal NamespaceJoin? TimeJoin { get; private set; }

    internal ResolvedIdMap? IdMap { get; }

    internal ProgramBuilder Builder { get; } = new(InitProgram.ProgramAddress, InitProgram.SetupResults);

    internal ImmutableArray<HostSource>.Builder Sources { get; } = ImmutableArray.CreateBuilder<HostSource>();

    internal ImmutableArray<NotApplied>.Builder LeftOut { get; } = ImmutableArray.CreateBuilder<NotApplied>();

    /// <summary>Runs of steps of which a failure leaves out the rest of the run.</summary>
    internal ImmutableArray<Range>.Builder SkippableSteps { get; } = ImmutableArray.CreateBuilder<Range>();

    internal bool HasMissingSource { get; set; }

    internal bool Makes(Namespaces kind) => (made & kind) != 0;

    /// <summary>Asks the host to pass something. Returns the word that holds its descriptor's number.</summary>
    internal long AddSource(HostSource source)
    {
        if (Sources.Count == Kernel.MaximumDescriptors - 1)
        {
            throw new SandboxException($"A specification names at most {Kernel.MaximumDescriptors - 1} folders and files of the host.");
        }

        Sources.Add(source with { Requirement = _requirement });
        return InitProgram.Current.DescriptorAddress(Sources.Count - 1);
    }

    /// <summary>Adds steps whose failure leaves the rest of them out, if the requirement allows that.</summary>
    internal void Group(Requirement requirement, Action steps)
    {
        if (requirement == Requirement.Require)
        {
            steps();
            return;
        }

        Label outer = Builder.FailureExit;
        Label skipped = Builder.NewLabel();
        int first = Builder.Steps.Count;
        Builder.FailureExit = skipped;
        _requirement = Requirement.Prefer;
        steps();
        _requirement = Requirement.Require;
        Builder.FailureExit = outer;
        Builder.Mark(skipped);
        SkippableSteps.Add(first..Builder.Steps.Count);
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
