using System.Collections.Immutable;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Probing;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Parts;

/// <summary>Represents the namespaces of a sandbox: every other part depends on them.</summary>
/// <param name="Created">The namespaces that are created.</param>
/// <param name="Launch">The plan of the launch, which creates and joins namespaces.</param>
/// <param name="TimeJoin">The time namespace to join, which only init itself can do; null for none.</param>
internal sealed record NamespacePlan(Namespaces Created, LaunchPlan Launch, NamespaceJoin? TimeJoin)
{
    /// <summary>Plans the namespaces of a specification.</summary>
    /// <param name="specification">The specification.</param>
    /// <param name="host">The host.</param>
    /// <param name="leftOut">Receives the preferred namespaces that the host does not support.</param>
    internal static NamespacePlan Make(
        SandboxSpecification specification, PlanningHost host, ImmutableArray<NotApplied>.Builder leftOut)
    {
        long flags = 0;
        Namespaces created = 0;
        List<NamespaceJoin> joins = [];
        foreach (NamespaceKind kind in NamespaceKind.All)
        {
            switch (specification.Namespaces[kind.Kind])
            {
                case NewNamespace source
                    when FindObstacle(kind, source.Requirement, specification, host, created) is { } obstacle:
                    obstacle.Refuse(
                        source.Requirement, new ProgramStep($"make a {kind.Word} namespace", null, StepKind.Clone),
                        Errno.EPERM, leftOut);
                    break;
                case NewNamespace:
                    flags |= kind.Flag;
                    created |= kind.Kind;
                    break;
                case JoinedByPath source:
                    joins.Add(new NamespaceJoin(kind, source.Path));
                    break;
                case JoinedFromProcess source:
                    joins.Add(new NamespaceJoin(kind, $"/proc/{source.ProcessId}/ns/{kind.File}"));
                    break;
            }
        }

        // Init joins the time namespace itself.
        NamespaceJoin? time = joins.Find(static join => join.Kind.Kind == Namespaces.Time);
        if (time is not null)
        {
            joins.Remove(time);
        }

        bool createsTime = (created & Namespaces.Time) != 0;
        return new(
            created,
            new LaunchPlan(
                flags, [.. joins], specification.TimeOffsets is { } offsets && createsTime ? Format(offsets) : null)
            {
                Name = specification.Name,
            },
            (created & Namespaces.User) == 0 || time is null ? time : throw RefuseTime(time));
    }

    private static SandboxException RefuseTime(NamespaceJoin time) => SandboxErrors.Refuse(
        new ProgramStep("join the time namespace", time.Path, StepKind.Join), Errno.EPERM,
        "the sandbox's new user namespace has no privileges over it, and a time namespace cannot be joined "
            + "before the user namespace is created",
        "Also join the user namespace of the same process.");

    /// <summary>
    /// Finds an obstacle to creating a namespace. Probes the host if the namespace is optional; otherwise the launch
    /// reports the error.
    /// </summary>
    private static Obstacle? FindObstacle(
        NamespaceKind kind, Requirement requirement, SandboxSpecification specification, PlanningHost host,
        Namespaces created)
    {
        NamespaceProbe probe = host.Namespaces;
        if (requirement == Requirement.Require)
        {
            return probe.FindBySwitch(kind);
        }

        bool hasUsers = (created & Namespaces.User) != 0
            || specification.Namespaces.User is JoinedByPath or JoinedFromProcess;
        return kind.Kind != Namespaces.User && !hasUsers && !host.Credentials.MayMount
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
}
