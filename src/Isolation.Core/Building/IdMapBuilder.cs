using System.Collections.Immutable;

namespace Isolation;

/// <summary>Builds an <see cref="IdMap"/> from ranges.</summary>
public sealed class IdMapBuilder
{
    private readonly ImmutableArray<IdRange>.Builder _users = ImmutableArray.CreateBuilder<IdRange>();
    private readonly ImmutableArray<IdRange>.Builder _groups = ImmutableArray.CreateBuilder<IdRange>();

    internal IdMapBuilder()
    {
    }

    /// <summary>Adds a range of user IDs.</summary>
    /// <param name="inside">The first ID in the sandbox.</param>
    /// <param name="host">The first ID on the host.</param>
    /// <param name="count">The number of IDs. Default: 1.</param>
    public IdMapBuilder AddUsers(uint inside, uint host, uint count = 1)
    {
        _users.Add(new IdRange(inside, host, count));
        return this;
    }

    /// <summary>Adds a range of group IDs.</summary>
    /// <inheritdoc cref="AddUsers" path="/param"/>
    public IdMapBuilder AddGroups(uint inside, uint host, uint count = 1)
    {
        _groups.Add(new IdRange(inside, host, count));
        return this;
    }

    /// <summary>Adds the same range of user IDs and group IDs.</summary>
    /// <inheritdoc cref="AddUsers" path="/param"/>
    public IdMapBuilder Add(uint inside, uint host, uint count = 1) =>
        AddUsers(inside, host, count).AddGroups(inside, host, count);

    internal IdMap Build() => IdMap.Ranges(_users.ToImmutable(), _groups.ToImmutable());
}
