using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Collects errors. Costs nothing while there is none: a command is validated on every run, so names of members and
/// messages are made only when they are needed.
/// </summary>
internal ref struct ErrorList
{
    private ImmutableArray<SpecificationError>.Builder? _found;

    public void Add(string member, string message) =>
        (_found ??= ImmutableArray.CreateBuilder<SpecificationError>()).Add(new SpecificationError(member, message));

    public readonly ImmutableArray<SpecificationError> ToImmutable() => _found is null ? [] : _found.ToImmutable();

    public readonly void ThrowIfAny()
    {
        if (_found is not null)
        {
            throw new SandboxSpecificationException(_found.ToImmutable());
        }
    }
}
