using System.Runtime.InteropServices;

namespace Isolation;

/// <summary>What becomes of a system call that waited for the host.</summary>
public sealed record SystemCallDecision
{
    private SystemCallDecision()
    {
    }

    /// <summary>The call is made with the arguments that it has in the processor's registers.</summary>
    public static SystemCallDecision Allow { get; } = new() { IsAllowed = true };

    /// <summary>Whether it is <see cref="Allow"/>.</summary>
    public bool IsAllowed { get; private init; }

    /// <summary>The error number of <see cref="Deny"/>; else 0.</summary>
    public int ErrorNumber { get; private init; }

    /// <summary>What the call returns without being made; for a descriptor its number inside.</summary>
    public long Value { get; private init; }

    /// <summary>The descriptor of <see cref="Install"/>; else null.</summary>
    public SafeHandle? Descriptor { get; private init; }

    /// <summary>The call is not made and fails.</summary>
    /// <param name="errorNumber">The error number, 1 to 4095. Default: 1, not permitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is no error number.</exception>
    public static SystemCallDecision Deny(int errorNumber = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(errorNumber, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(errorNumber, 4095);
        return new() { ErrorNumber = errorNumber };
    }

    /// <summary>The call is not made and returns a value.</summary>
    public static SystemCallDecision Return(long value) => new() { Value = value };

    /// <summary>
    /// The call is not made and returns a descriptor of the host, which the process then has under the lowest free
    /// number. Linux 5.14. This is the safe way to decide on a path: the host opens it, and the payload has no part in
    /// it.
    /// </summary>
    /// <param name="descriptor">The descriptor. It is disposed of once it was passed, or could not be.</param>
    public static SystemCallDecision Install(SafeHandle descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return new() { Descriptor = descriptor };
    }
}
