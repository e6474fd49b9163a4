using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Identity;
using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>Finds writable binds in which no user of the sandbox can write, because the owner is not mapped.</summary>
/// <remarks>
/// In a new user namespace, no capability overrides the permissions of a file whose owner is not mapped. If neither the
/// group nor others may write, nobody in the sandbox can; an access control list that grants more shows in the group
/// bits. Anything else, such as a mapped owner that is not the user of the command, depends on the command and is left
/// to the kernel.
/// </remarks>
internal static class BindOwnership
{
    private const int OthersOrGroupWrite = 0b000_010_010;
    private const int MaximumEntries = 1000;

    /// <summary>Refuses a bind that is certainly not writable; one that is only preferred is reported.</summary>
    internal static void Check(BindMount bind, PlanningContext context)
    {
        if (bind.Access != MountAccess.ReadWrite || bind.Ownership == MountOwnership.Mapped
            || !context.Makes(Namespaces.User))
        {
            return;
        }

        ResolvedIdMap map = IdMapResolver.Resolve(
            context.Specification, context.Host.Credentials, context.Host.Files);
        if (context.Host.Files.ReadFileStatus(bind.Source) is not { } source || MightWrite(source, map)
            || (source.Type == Kernel.DirectoryFile && MightWriteBelow(bind.Source, map, context)))
        {
            return;
        }

        // The owner may be another one when the next sandbox is created.
        context.IsReusable = false;
        ProgramStep step = new($"mount {bind.Source} writable on", bind.Target, StepKind.MapOwners);
        string reason = string.Create(
            CultureInfo.InvariantCulture,
            $"{bind.Source} belongs to user {source.UserId} of the host, which has no id in the sandbox, and neither "
                + $"its group nor others may write to it (mode {Convert.ToString(source.Mode, 8)})");
        string remedy = Remedy(bind, source, map, context);
        if (bind.Requirement == Requirement.Prefer)
        {
            context.LeftOut.Add(new NotApplied($"{step}", reason, remedy));
            return;
        }

        throw SandboxErrors.Refuse(step, Errno.EACCES, reason, remedy);
    }

    private static bool MightWrite(FileStatus file, ResolvedIdMap map) =>
        (file.Mode & OthersOrGroupWrite) != 0
        || map.Users.Any(range => file.UserId >= range.Host && file.UserId - range.Host < range.Count);

    /// <summary>
    /// Returns whether somebody might write to something below a directory, which includes files out of reach.
    /// </summary>
    private static bool MightWriteBelow(string directory, ResolvedIdMap map, PlanningContext context)
    {
        Queue<string> directories = new([directory]);
        int count = 0;
        while (directories.TryDequeue(out string? next))
        {
            if (context.Host.Files.ReadEntries(next, MaximumEntries - count + 1) is not { } entries)
            {
                return true;
            }

            foreach (string entry in entries)
            {
                if (++count > MaximumEntries || context.Host.Files.ReadFileStatus(entry) is not { } status)
                {
                    return true;
                }

                // The mode of a symbolic link means nothing.
                if (status.Type != Kernel.LinkFile && MightWrite(status, map))
                {
                    return true;
                }

                if (status.Type == Kernel.DirectoryFile)
                {
                    directories.Enqueue(entry);
                }
            }
        }

        return false;
    }

    private static string Remedy(BindMount bind, FileStatus source, ResolvedIdMap map, PlanningContext context)
    {
        string change = map.OwnerOf(context.Specification.User) is { } owner
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"give it to the host's id of the sandbox's user (chown {owner.User}:{owner.Group} {bind.Source})")
            : $"let others write to it (chmod o+w {bind.Source})";
        return context.HostOpensDirectories
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Set Ownership = MountOwnership.Mapped on the bind, so that the host's ids mean the same inside, and "
                    + $"run the command as the owner (WithUser({source.UserId}, {source.GroupId})); or {change}.")
            : $"As root of the host, {change}; or run the application as root and set Ownership = "
                + "MountOwnership.Mapped on the bind.";
    }
}
