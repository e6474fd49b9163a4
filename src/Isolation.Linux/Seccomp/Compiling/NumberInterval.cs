namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>Numbers with the same decision: from the first up to the next interval's first.</summary>
internal readonly record struct NumberInterval(uint First, Decision Decision, int Weight);
