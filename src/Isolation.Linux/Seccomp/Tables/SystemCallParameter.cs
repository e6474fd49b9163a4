namespace Isolation.Linux.Seccomp.Tables;

/// <summary>A parameter of a system call.</summary>
/// <param name="Name">Its name in the kernel.</param>
/// <param name="IsPointer">
/// Whether it points, or may point, into the caller's memory: what is there can change at any time, and the number
/// itself says nothing.
/// </param>
internal readonly record struct SystemCallParameter(string Name, bool IsPointer);
