using System.Reflection;
using System.Text;

namespace Isolation.Linux.Networking.Netlink;

/// <summary>Translates names of enumerations to those of the kernel.</summary>
internal static class KernelNames
{
    /// <summary>
    /// Returns the kernel's name, such as <c>IFLA_INFO_KIND</c>; the number if the value has no name.
    /// </summary>
    /// <param name="enumeration">An enumeration of <see cref="ushort"/>.</param>
    /// <param name="value">The value.</param>
    internal static string Of(Type enumeration, ushort value)
    {
        string prefix = enumeration.GetCustomAttribute<KernelNamesAttribute>()?.Prefix ?? "";
        return Enum.GetName(enumeration, value) is { } name ? prefix + ToUpperSnakeCase(name) : $"{prefix}{value}";
    }

    /// <summary>Converts <c>InfoKind</c> to <c>INFO_KIND</c>.</summary>
    internal static string ToUpperSnakeCase(string name)
    {
        StringBuilder result = new(name.Length + 4);
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && result.Length > 0)
            {
                result.Append('_');
            }

            result.Append(char.ToUpperInvariant(letter));
        }

        return result.ToString();
    }
}
