using System.Collections.Immutable;
using System.Globalization;

namespace Isolation;

/// <summary>
/// Builds the arguments of a command. Nothing is quoted or split: an argument arrives as it was given.
/// </summary>
public sealed class ArgumentsBuilder
{
    private readonly ImmutableArray<string>.Builder _arguments = ImmutableArray.CreateBuilder<string>();

    internal ArgumentsBuilder()
    {
    }

    /// <summary>An argument.</summary>
    public ArgumentsBuilder Add(string argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        _arguments.Add(argument);
        return this;
    }

    /// <summary>A number or another value, written without regard to the culture.</summary>
    public ArgumentsBuilder Add(IFormattable argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        return Add(argument.ToString(null, CultureInfo.InvariantCulture));
    }

    /// <summary>Arguments.</summary>
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
