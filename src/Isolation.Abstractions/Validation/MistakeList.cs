using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Collects mistakes. Costs nothing while there is none: a command is validated on every run, so names of members and
/// messages are made only when they are needed.
/// </summary>
internal ref struct MistakeList
{
    private ImmutableArray<SpecificationMistake>.Builder? _found;

    public void Add(string member, string message) =>
        (_found ??= ImmutableArray.CreateBuilder<SpecificationMistake>()).Add(new SpecificationMistake(member, message));

    public readonly ImmutableArray<SpecificationMistake> ToImmutable() => _found is null ? [] : _found.ToImmutable();

    public readonly void ThrowIfAny()
    {
        if (_found is not null)
        {
            throw new SandboxSpecificationException(_found.ToImmutable());
        }
    }
}
