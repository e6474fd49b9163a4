using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Identity;

/// <summary>
/// Represents the ids of a sandbox: the application maps them, and init takes its identity in the user namespace.
/// </summary>
internal sealed class IdentityPart(PlanningContext context) : SandboxPart
{
    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Gets the id map; null without a new user namespace.</summary>
    internal ResolvedIdMap? Map { get; } = context.Makes(Namespaces.User)
        ? IdMapResolver.Resolve(context.Specification, context.Host.Credentials, context.Host.Files)
        : null;

    internal override ValueTask PrepareInitAsync(SandboxPreparation sandbox, CancellationToken cancellationToken) =>
        Map is null
            ? ValueTask.CompletedTask
            : IdMapWriter.WriteAsync(sandbox.ProcessId, Map, cancellationToken);

    internal override EffectivePolicy Report(EffectivePolicy policy, IReadOnlySet<object> skipped) => policy with
    {
        UserIds = Map?.Users ?? [],
        GroupIds = Map?.Groups ?? [],
    };

    /// <summary>Adds the steps by which init takes its identity.</summary>
    internal void Take()
    {
        ProgramBuilder b = context.Builder;
        if (context.JoinsUser)
        {
            TakeJoined();
        }

        if (Map is not { } map)
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
    private void TakeJoined()
    {
        ProgramBuilder b = context.Builder;
        SandboxUser user = context.Specification.User;
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
}
