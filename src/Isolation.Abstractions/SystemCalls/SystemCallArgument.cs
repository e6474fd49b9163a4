namespace Isolation;

/// <summary>Represents an argument of a system call that a command makes.</summary>
/// <param name="Name">The name of the argument in the kernel, such as <c>flags</c>.</param>
/// <param name="Value">
/// The value, all 64 bits; an argument of a narrower type is in the lower bits, and the kernel ignores the others. Null
/// if the argument is an address: another thread can change the memory after it was checked, so no decision can be
/// based on it.
/// </param>
public readonly record struct SystemCallArgument(string Name, ulong? Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value is { } value ? $"{Name}=0x{value:x}" : $"{Name}=(address)";
}
