namespace Isolation.Linux.Seccomp.Tables;

/// <summary>Represents a parameter of a system call.</summary>
/// <param name="Name">The parameter's name in the kernel.</param>
/// <param name="IsPointer">
/// Whether the parameter is, or may be, a pointer into the caller's memory, whose content can change at any time; the
/// number itself carries no information.
/// </param>
internal readonly record struct SystemCallParameter(string Name, bool IsPointer);
