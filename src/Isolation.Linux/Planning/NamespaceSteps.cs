using System.Text;
using Isolation.Linux.Interop;
using Isolation.Linux.Plans;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Planning;

/// <summary>Adds the steps that join and configure namespaces after init has begun.</summary>
internal static class NamespaceSteps
{
    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Joins the time namespace. Requires a process that shares its memory with no other.</summary>
    internal static void JoinTime(PlanningContext context)
    {
        if (context.TimeJoin is { } join)
        {
            long file = context.AddSource(new HostSource(HostSourceKind.Namespace, join.Path));
            context.Builder.Step(
                "join the time namespace", join.Path, Calls.Setns, Value.Word(file), CloneArguments.NewTime);
        }
    }

    /// <summary>Sets the names of a new UTS namespace.</summary>
    internal static void NameHost(PlanningContext context)
    {
        if (!context.Makes(Namespaces.Uts))
        {
            return;
        }

        SetName(context.Builder, context.Specification.HostName, "set the host name", Calls.Sethostname);
        SetName(context.Builder, context.Specification.DomainName, "set the domain name", Calls.Setdomainname);
    }

    private static void SetName(ProgramBuilder b, string? name, string action, int call)
    {
        if (name is not null)
        {
            b.Step(
                action, name, call, b.AddText(name), Encoding.UTF8.GetByteCount(name));
        }
    }
}
