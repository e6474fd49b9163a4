using Isolation.Linux.Interop;
using Isolation.Linux.Plans;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Privileges;

/// <summary>Adds the steps by which init takes its identity in a user namespace.</summary>
internal static class InitIdentitySteps
{
    private static SystemCallTable Calls => SystemCallTable.Current;

    internal static void Take(PlanningContext context)
    {
        ProgramBuilder b = context.Builder;
        if (context.JoinsUser)
        {
            TakeJoined(context);
        }

        if (context.IdMap is not { } map)
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
    private static void TakeJoined(PlanningContext context)
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
