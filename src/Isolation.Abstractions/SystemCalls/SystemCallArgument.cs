namespace Isolation;

/// <summary>An argument of a system call that a command makes.</summary>
/// <param name="Name">Its name in the kernel, such as <c>flags</c>.</param>
/// <param name="Value">
/// The value, all 64 bits; an argument of a narrower type is in the lower ones, and the kernel ignores the rest. Null
/// where it is an address: what is there can be changed by another thread after it was looked at, so nothing can be
/// decided on it.
/// </param>
public readonly record struct SystemCallArgument(string Name, ulong? Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value is { } value ? $"{Name}=0x{value:x}" : $"{Name}=(address)";
}
