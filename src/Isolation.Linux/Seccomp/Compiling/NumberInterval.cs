namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>Represents consecutive call numbers with the same decision, up to the start of the next interval.</summary>
internal readonly record struct NumberInterval(uint First, Decision Decision, int Weight);
