using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Collects errors. Does not allocate without errors: a command is validated on every run, so member names and
/// messages are created only when required.
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
