using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>A user needs one <c>using</c>; extension methods of a framework type stand beside that type.</summary>
internal static class NamespaceRule
{
    public static IEnumerable<TypeName> Violations(IEnumerable<TypeName> types, params string[] allowed) =>
        types.Where(type => !allowed.Contains(type.Namespace));
}
