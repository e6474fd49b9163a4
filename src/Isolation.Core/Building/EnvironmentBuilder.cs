using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Builds the environment of a command, starting from <see cref="SandboxCommand.DefaultEnvironment"/>.
/// </summary>
public sealed class EnvironmentBuilder
{
    private readonly ImmutableDictionary<string, string>.Builder _variables =
        SandboxCommand.DefaultEnvironment.ToBuilder();

    internal EnvironmentBuilder()
    {
    }

    /// <summary>Sets a variable, replacing the variable of the same name.</summary>
    public EnvironmentBuilder Set(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        _variables[name] = value;
        return this;
    }

    /// <summary>Sets several variables, replacing variables of the same names.</summary>
    public EnvironmentBuilder Set(IEnumerable<KeyValuePair<string, string>> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach ((string name, string value) in variables)
        {
            Set(name, value);
        }

        return this;
    }

    /// <summary>Removes variables.</summary>
    public EnvironmentBuilder Remove(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _variables.Remove(name);
        }

        return this;
    }

    /// <summary>Removes all variables, including the default ones.</summary>
    public EnvironmentBuilder Clear()
    {
        _variables.Clear();
        return this;
    }

    internal ImmutableDictionary<string, string> Build() => _variables.ToImmutable();
}
