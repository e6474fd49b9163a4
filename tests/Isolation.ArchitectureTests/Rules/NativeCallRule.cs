using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>Restricts imports of native methods to one namespace of one layer.</summary>
internal static class NativeCallRule
{
    public static IEnumerable<NativeCall> Violations(IEnumerable<NativeCall> calls, string? home) =>
        calls.Where(call => home is null
            || (call.Namespace != home && !call.Namespace.StartsWith(home + ".", StringComparison.Ordinal)));
}
