using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Builds the environment of a command, starting with <see cref="SandboxCommand.DefaultEnvironment"/>.
/// </summary>
public sealed class EnvironmentBuilder
{
    private readonly ImmutableDictionary<string, string>.Builder _variables =
        SandboxCommand.DefaultEnvironment.ToBuilder();

    internal EnvironmentBuilder()
    {
    }

    /// <summary>A variable; replaces one of the same name.</summary>
    public EnvironmentBuilder Set(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        _variables[name] = value;
        return this;
    }

    /// <summary>Variables; each replaces one of the same name.</summary>
    public EnvironmentBuilder Set(IEnumerable<KeyValuePair<string, string>> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach ((string name, string value) in variables)
        {
            Set(name, value);
        }

        return this;
    }

    /// <summary>Leaves variables out.</summary>
    public EnvironmentBuilder Remove(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _variables.Remove(name);
        }

        return this;
    }

    /// <summary>Leaves all variables out, also those of the default.</summary>
    public EnvironmentBuilder Clear()
    {
        _variables.Clear();
        return this;
    }

    internal ImmutableDictionary<string, string> Build() => _variables.ToImmutable();
}
