using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Isolation;

/// <summary>Reads all profiles once.</summary>
internal sealed class SandboxProfiles : ISandboxProfiles
{
    private readonly FrozenDictionary<string, SandboxSpecification> _specifications;

    public SandboxProfiles(IOptions<IsolationOptions> options)
    {
        IsolationOptions values = options.Value;
        _specifications = values.Profiles.ToFrozenDictionary(
            profile => profile.Key, profile => ProfileReader.Read(profile.Key, profile.Value, values),
            StringComparer.OrdinalIgnoreCase);
        Names = [.. _specifications.Keys.Order(StringComparer.OrdinalIgnoreCase)];
    }

    public ImmutableArray<string> Names { get; }

    public SandboxSpecification GetSpecification(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _specifications.GetValueOrDefault(name) ?? throw new KeyNotFoundException(
            $"There is no sandbox profile '{name}'. "
            + (Names.IsEmpty ? "The configuration defines none." : $"Existing profiles: {string.Join(", ", Names)}."));
    }
}
