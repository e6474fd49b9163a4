using System.Collections.Immutable;

namespace Isolation.Linux.State.Json;

/// <summary>Converts system call filters, whose <see cref="SystemCallFilter.IsOff"/> cannot be set.</summary>
internal sealed class SystemCallFilterConverter
    : MemberConverter<SystemCallFilter, SystemCallFilterConverter.FilterMembers>
{
    protected override FilterMembers MembersOf(SystemCallFilter value) =>
        new(value.IsOff, value.Profile, value.DefaultAction, value.Rules);

    protected override SystemCallFilter Create(FilterMembers members) =>
        (members.IsOff ? SystemCallFilter.Off : SystemCallFilter.Default) with
        {
            Profile = members.Profile,
            DefaultAction = members.DefaultAction,
            Rules = members.Rules,
        };

    /// <summary>Represents a filter.</summary>
    internal sealed record FilterMembers(
        bool IsOff, SystemCallProfile Profile, SystemCallAction? DefaultAction, ImmutableArray<SystemCallRule> Rules);
}
