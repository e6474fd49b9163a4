using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>Requires one namespace per package; extension methods are in the namespace of the extended framework
/// type.</summary>
internal static class NamespaceRule
{
    public static IEnumerable<TypeName> Violations(IEnumerable<TypeName> types, params string[] allowed) =>
        types.Where(type => !allowed.Contains(type.Namespace));
}
