using System.Collections.Immutable;
using Isolation.Escapes.Attacks;

namespace Isolation.Escapes.Harness;

/// <summary>All attacks, by class.</summary>
internal static class Catalogue
{
    internal static ImmutableArray<Attack> All { get; } =
    [
        .. HostProgramAttacks.All()
            .Concat(DescriptorAttacks.All())
            .Concat(KernelSwitchAttacks.All())
            .Concat(TracingAttacks.All())
            .Concat(SocketAttacks.All())
            .Concat(NestingAttacks.All())
            .OrderBy(attack => attack.Number),
    ];
}
