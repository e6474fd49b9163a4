using System.Collections.Immutable;
using System.Text;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Planning;

/// <summary>
/// Represents the namespaces of a sandbox. The launch creates and joins them; the steps configure them, and join the
/// one that only init itself can join.
/// </summary>
internal sealed class NamespacePart(PlanningContext context) : SandboxPart
{
    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Joins the time namespace. Requires a process that shares its memory with no other.</summary>
    internal void JoinTime()
    {
        if (context.TimeJoin is { } join)
        {
            long file = context.AddSource(new NamespaceFile(join.Path));
            context.Builder.Step(
                "join the time namespace", join.Path, Calls.Setns, Value.Word(file), CloneArguments.NewTime);
        }
    }

    /// <summary>Sets the names of a new UTS namespace.</summary>
    internal void NameHost()
    {
        if (!context.Makes(Namespaces.Uts))
        {
            return;
        }

        SetName(context.Builder, context.Specification.HostName, "set the host name", Calls.Sethostname);
        SetName(context.Builder, context.Specification.DomainName, "set the domain name", Calls.Setdomainname);
    }

    internal override EffectivePolicy Report(EffectivePolicy policy, IReadOnlySet<object> skipped) => policy with
    {
        Namespaces = NamespaceKind.All.ToImmutableSortedDictionary(
            kind => kind.File,
            kind => Origin(context.Specification.Namespaces[kind.Kind], context.Makes(kind.Kind))),
    };

    private static string Origin(NamespaceSource source, bool isMade) => source switch
    {
        JoinedByPath joined => joined.Path,
        JoinedFromProcess joined => $"of process {joined.ProcessId}",
        _ => isMade ? "new" : "host",
    };

    private static void SetName(ProgramBuilder b, string? name, string action, int call)
    {
        if (name is not null)
        {
            b.Step(
                action, name, call, b.AddText(name), Encoding.UTF8.GetByteCount(name));
        }
    }

    /// <summary>Describes a file that represents a namespace.</summary>
    private sealed record NamespaceFile(string Path) : HostSource(Path)
    {
        internal override ValueTask<int> OpenAsync(PassedDescriptors passed, CancellationToken cancellationToken) =>
            new(OpenFile(Path, Kernel.ORdonly));
    }
}
