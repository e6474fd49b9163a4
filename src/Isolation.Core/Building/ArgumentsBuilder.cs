using System.Collections.Immutable;
using System.Globalization;

namespace Isolation;

/// <summary>Builds the arguments of a command.</summary>
/// <remarks>Arguments are passed unchanged: the builder neither quotes nor splits them.</remarks>
public sealed class ArgumentsBuilder
{
    private readonly ImmutableArray<string>.Builder _arguments = ImmutableArray.CreateBuilder<string>();

    internal ArgumentsBuilder()
    {
    }

    /// <summary>Adds an argument.</summary>
    public ArgumentsBuilder Add(string argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        _arguments.Add(argument);
        return this;
    }

    /// <summary>Adds a number or another formattable value, formatted with the invariant culture.</summary>
    public ArgumentsBuilder Add(IFormattable argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        return Add(argument.ToString(null, CultureInfo.InvariantCulture));
    }

    /// <summary>Adds several arguments.</summary>
    public ArgumentsBuilder Add(IEnumerable<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        foreach (string argument in arguments)
        {
            Add(argument);
        }

        return this;
    }

    internal ImmutableArray<string> Build() => _arguments.ToImmutable();
}
