using System.Text.Json;

namespace Isolation.Linux.State.Json;

/// <summary>Converts actions of system call filters.</summary>
internal sealed class SystemCallActionConverter
    : MemberConverter<SystemCallAction, SystemCallActionConverter.ActionMembers>
{
    protected override ActionMembers MembersOf(SystemCallAction value) => new(value.Kind, value.Data);

    protected override SystemCallAction Create(ActionMembers members)
    {
        SystemCallAction action = members.Kind switch
        {
            SystemCallActionKind.KillThread => SystemCallAction.KillThread,
            SystemCallActionKind.Trap => SystemCallAction.Trap,
            SystemCallActionKind.Errno => SystemCallAction.Errno(members.Data),
            SystemCallActionKind.Notify => SystemCallAction.Notify,
            SystemCallActionKind.Trace => SystemCallAction.Trace(unchecked((ushort)members.Data)),
            SystemCallActionKind.Log => SystemCallAction.Log,
            SystemCallActionKind.Allow => SystemCallAction.Allow,
            _ => SystemCallAction.KillProcess,
        };
        return MembersOf(action) == members
            ? action
            : throw new JsonException($"{members.Kind} with the data {members.Data} is not an action.");
    }

    /// <summary>Represents an action.</summary>
    internal sealed record ActionMembers(SystemCallActionKind Kind, int Data);
}
