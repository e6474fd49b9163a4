using System.Collections.Immutable;
using Isolation.Escapes.Attacks;

namespace Isolation.Escapes.Harness;

/// <summary>Lists all attacks by class.</summary>
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
            .Concat(UntrustedRootAttacks.All())
            .Concat(LayerAttacks.All())
            .Concat(CollectingAttacks.All())
            .Concat(TerminalAttacks.All())
            .Concat(AbiAttacks.All())
            .Concat(GroupAttacks.All())
            .Concat(SharedObjectAttacks.All())
            .Concat(ProcessAttacks.All())
            .Concat(ParentAttacks.All())
            .Concat(DecisionAttacks.All())
            .Concat(PrivilegeAttacks.All())
            .Concat(ExhaustionAttacks.All())
            .Concat(SecretAttacks.All())
            .Concat(JoiningAttacks.All())
            .Concat(PoolAttacks.All())
            .Concat(SocketMemoryAttacks.All())
            .OrderBy(attack => attack.Number),
    ];
}
