using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Isolation;

/// <summary>Converts a value of the configuration, and notes an error if it cannot be converted.</summary>
internal readonly struct ConfigurationValue(IConfigurationSection section, ICollection<string> errors)
{
    /// <summary>Gets the text.</summary>
    internal string? Text => section.GetChildren().Any() ? Fail<string>("text") : section.Value;

    /// <summary>Gets a whole number.</summary>
    internal T? Integer<T>()
        where T : struct, System.Numerics.IBinaryInteger<T> =>
        T.TryParse(Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out T number)
            ? number
            : FailUnlessEmpty<T>("a whole number");

    /// <summary>Gets a number.</summary>
    internal double? Number() =>
        double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : FailUnlessEmpty<double>("a number");

    /// <summary>Gets <c>true</c> or <c>false</c>.</summary>
    internal bool? Boolean() => bool.TryParse(Text, out bool value) ? value : FailUnlessEmpty<bool>("true or false");

    /// <summary>Gets a size in bytes.</summary>
    internal long? Size() =>
        UnitText.TryParseSize(Text, out long bytes)
            ? bytes
            : FailUnlessEmpty<long>("a size, such as '128 MiB' or a number of bytes");

    /// <summary>Gets a duration.</summary>
    internal TimeSpan? Duration() =>
        UnitText.TryParseDuration(Text, out TimeSpan duration)
            ? duration
            : FailUnlessEmpty<TimeSpan>("a duration, such as '00:00:05', '5 s' or '250 ms'");

    /// <summary>Gets a value of an enumeration by its name.</summary>
    internal T? Choice<T>()
        where T : struct, Enum =>
        Enum.TryParse(Text, ignoreCase: true, out T choice)
            ? choice
            : FailUnlessEmpty<T>($"one of {string.Join(", ", Enum.GetNames<T>())}");

    /// <summary>Adds the elements of a list of text.</summary>
    internal void AddTo(IList<string> list)
    {
        foreach (ConfigurationValue element in Elements("a list"))
        {
            if (element.Text is { } text)
            {
                list.Add(text);
            }
        }
    }

    /// <summary>Adds the elements of a list of whole numbers.</summary>
    internal void AddTo(IList<int> list)
    {
        foreach (ConfigurationValue element in Elements("a list"))
        {
            if (element.Integer<int>() is { } number)
            {
                list.Add(number);
            }
        }
    }

    /// <summary>Adds the elements of a list of objects.</summary>
    internal void AddTo<T>(IList<T> list, SectionSchema<T> schema)
        where T : new()
    {
        foreach (IConfigurationSection element in section.GetChildren())
        {
            T item = new();
            schema.Read(item, element, errors);
            list.Add(item);
        }
    }

    /// <summary>Adds objects by their names.</summary>
    internal void AddTo<T>(IDictionary<string, T> dictionary, SectionSchema<T> schema)
        where T : class, new()
    {
        foreach (IConfigurationSection element in section.GetChildren())
        {
            T item = dictionary.TryGetValue(element.Key, out T? existing) ? existing : new T();
            schema.Read(item, element, errors);
            dictionary[element.Key] = item;
        }
    }

    /// <summary>Reads an object.</summary>
    internal T Object<T>(T? current, SectionSchema<T> schema)
        where T : class, new()
    {
        T item = current ?? new T();
        schema.Read(item, section, errors);
        return item;
    }

    private IEnumerable<ConfigurationValue> Elements(string expected)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            Fail<string>(expected);
        }

        ICollection<string> all = errors;
        return section.GetChildren().Select(element => new ConfigurationValue(element, all));
    }

    /// <summary>JSON's null is an empty value, and keeps the default.</summary>
    private T? FailUnlessEmpty<T>(string expected)
        where T : struct
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            Fail<string>(expected);
        }

        return null;
    }

    private T? Fail<T>(string expected)
        where T : class
    {
        errors.Add(section.Value is { } text
            ? $"{section.Path}: Must be {expected}, but is '{text}'."
            : $"{section.Path}: Must be {expected}, but has keys of its own.");
        return null;
    }
}
