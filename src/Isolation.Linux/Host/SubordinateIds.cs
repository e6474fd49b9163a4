using System.Collections.Immutable;
using System.Globalization;

namespace Isolation.Linux.Host;

/// <summary>Reads the subordinate ids assigned to a user, see subuid(5).</summary>
internal static class SubordinateIds
{
    internal static ImmutableArray<IdRange> Parse(IEnumerable<string> lines, uint user, string? name)
    {
        string number = user.ToString(CultureInfo.InvariantCulture);
        ImmutableArray<IdRange>.Builder ranges = ImmutableArray.CreateBuilder<IdRange>();
        foreach (string line in lines)
        {
            string[] fields = line.Split(':');
            if (fields.Length == 3 && (fields[0] == number || (name is not null && fields[0] == name))
                && uint.TryParse(fields[1], CultureInfo.InvariantCulture, out uint first)
                && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out uint count) && count > 0)
            {
                ranges.Add(new IdRange(0, first, count));
            }
        }

        return ranges.ToImmutable();
    }

    /// <summary>Gets the name of a user from lines of passwd(5).</summary>
    internal static string? UserName(uint user, IEnumerable<string> lines)
    {
        string number = user.ToString(CultureInfo.InvariantCulture);
        return lines.Select(line => line.Split(':')).FirstOrDefault(
            fields => fields.Length > 2 && fields[2] == number)?[0];
    }
}
