using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.Linux.Hints;

/// <summary>Provides the hints for steps that change the network.</summary>
internal static class NetworkHints
{
    internal static Hint[] All { get; } =
    [
        new(Network, EPERM,
            "CAP_NET_ADMIN in the user namespace that owns the network namespace is needed: run as root, or use a "
            + "network namespace of the sandbox's own."),
        new(Network, EOPNOTSUPP,
            "The kernel lacks this part of the network: load its module (modprobe), or enable it in the kernel's "
            + "configuration."),
        new(Network, EEXIST,
            "It exists already: choose another name or address, or remove the one that is there."),
        new(Network, ENODEV, "There is no such link in the network namespace: list them with ip link."),
    ];
}
