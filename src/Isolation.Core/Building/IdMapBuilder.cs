using System.Collections.Immutable;

namespace Isolation;

/// <summary>Builds an <see cref="IdMap"/> of ranges.</summary>
public sealed class IdMapBuilder
{
    private readonly ImmutableArray<IdRange>.Builder _users = ImmutableArray.CreateBuilder<IdRange>();
    private readonly ImmutableArray<IdRange>.Builder _groups = ImmutableArray.CreateBuilder<IdRange>();

    internal IdMapBuilder()
    {
    }

    /// <summary>A range of user ids.</summary>
    /// <param name="inside">The first id inside.</param>
    /// <param name="host">The first id on the host.</param>
    /// <param name="count">How many. Default: 1.</param>
    public IdMapBuilder AddUsers(uint inside, uint host, uint count = 1)
    {
        _users.Add(new IdRange(inside, host, count));
        return this;
    }

    /// <summary>A range of group ids.</summary>
    /// <inheritdoc cref="AddUsers" path="/param"/>
    public IdMapBuilder AddGroups(uint inside, uint host, uint count = 1)
    {
        _groups.Add(new IdRange(inside, host, count));
        return this;
    }

    /// <summary>The same range of user ids and of group ids.</summary>
    /// <inheritdoc cref="AddUsers" path="/param"/>
    public IdMapBuilder Add(uint inside, uint host, uint count = 1) =>
        AddUsers(inside, host, count).AddGroups(inside, host, count);

    internal IdMap Build() => IdMap.Ranges(_users.ToImmutable(), _groups.ToImmutable());
}
