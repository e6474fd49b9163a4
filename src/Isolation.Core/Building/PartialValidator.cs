using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Validates a part of a specification with the rules for the whole. The part is put into the default specification, in
/// which everything else is valid.
/// </summary>
internal static class PartialValidator
{
    private static readonly SandboxSpecification Plain = new() { Namespaces = NamespaceSet.NewOnly(Namespaces.All) };

    public static void Check(Func<SandboxSpecification, SandboxSpecification> with) => with(Plain).Validate();

    public static void Check(RootFileSystem root) =>
        Check(plain => plain with
        {
            Root = root,
            Namespaces = root is ChrootRoot or HostRoot
                ? plain.Namespaces with { Mount = NamespaceSource.Host }
                : plain.Namespaces,
        });

    /// <summary>Validates an entry that will have the specified index in the list.</summary>
    public static void Check(MountEntry entry, int place)
    {
        ImmutableArray<SpecificationError> errors = (Plain with { Mounts = [entry] }).FindErrors();
        if (!errors.IsEmpty)
        {
            string before = "Mounts[0]";
            throw new SandboxSpecificationException(
                [.. errors.Select(error => error with { Member = $"Mounts[{place}]{error.Member[before.Length..]}" })]);
        }
    }
}
