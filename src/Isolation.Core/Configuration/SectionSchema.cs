using Microsoft.Extensions.Configuration;

namespace Isolation;

/// <summary>Reads a section of the configuration into an object, key by key; other keys are errors.</summary>
/// <param name="description">The description of the section in errors.</param>
internal sealed class SectionSchema<T>(string description) : Dictionary<string, Action<T, ConfigurationValue>>(
    StringComparer.OrdinalIgnoreCase)
{
    /// <summary>The number of edits up to which a key is considered to be a misspelled one.</summary>
    private const int MostEdits = 3;

    /// <summary>Reads the section and adds every error.</summary>
    internal void Read(T target, IConfigurationSection section, ICollection<string> errors)
    {
        // A value without keys, such as text in the place of an object. An empty object or null has an empty value.
        if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add($"{section.Path}: Is '{section.Value}', but {description} is expected.");
        }

        foreach (IConfigurationSection key in section.GetChildren())
        {
            if (TryGetValue(key.Key, out Action<T, ConfigurationValue>? read))
            {
                read(target, new ConfigurationValue(key, errors));
            }
            else
            {
                errors.Add($"{key.Path}: {description} has no '{key.Key}'.{Suggest(key.Key)}");
            }
        }
    }

    private string Suggest(string key)
    {
        (string name, int edits) = Keys.Select(name => (name, Edits(key, name))).MinBy(static one => one.Item2);
        return edits <= Math.Min(MostEdits, key.Length / 2)
            ? $" Did you mean '{name}'?"
            : $" It has {string.Join(", ", Keys.Order(StringComparer.Ordinal))}.";
    }

    /// <summary>Returns the number of characters to insert, delete or replace (Levenshtein).</summary>
    private static int Edits(string first, string second)
    {
        int[] row = [.. Enumerable.Range(0, second.Length + 1)];
        for (int i = 1; i <= first.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= second.Length; j++)
            {
                bool isSame = char.ToUpperInvariant(first[i - 1]) == char.ToUpperInvariant(second[j - 1]);
                (diagonal, row[j]) = (
                    row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (isSame ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
