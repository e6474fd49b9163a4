namespace Isolation.ArchitectureTests.Facts;

internal sealed record TypeName(string Namespace, string Name);
