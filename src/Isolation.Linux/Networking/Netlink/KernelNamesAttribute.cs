namespace Isolation.Linux.Networking.Netlink;

/// <summary>Names the constants of the kernel that an enumeration contains.</summary>
/// <param name="prefix">The beginning of the kernel's names, for example <c>IFLA_</c>.</param>
/// <param name="header">The header that defines them.</param>
[AttributeUsage(AttributeTargets.Enum)]
internal sealed class KernelNamesAttribute(string prefix, string header) : Attribute
{
    internal string Prefix { get; } = prefix;

    internal string Header { get; } = header;
}
