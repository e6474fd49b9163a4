using System.Net.NetworkInformation;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Represents what can be set when a link is made and changed later; null leaves a setting as it is.</summary>
internal sealed record LinkSettings
{
    internal static LinkSettings None { get; } = new();

    /// <summary>Gets the name, of at most 15 bytes (IFNAMSIZ).</summary>
    internal string? Name { get; init; }

    /// <summary>Gets the largest packet, in bytes.</summary>
    internal int? Mtu { get; init; }

    internal PhysicalAddress? Address { get; init; }

    /// <summary>Gets the index of the bridge of which the link is a port; 0 for none.</summary>
    internal int? Master { get; init; }

    internal bool? IsUp { get; init; }

    /// <summary>Gets the network namespace to which the link moves.</summary>
    internal LinkNamespace? Namespace { get; init; }
}
