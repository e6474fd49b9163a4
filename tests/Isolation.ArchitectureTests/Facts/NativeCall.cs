namespace Isolation.ArchitectureTests.Facts;

/// <summary>Represents a method that is imported from a native library.</summary>
internal sealed record NativeCall(string Namespace, string Type, string Method);
