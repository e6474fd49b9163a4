using System.Runtime.InteropServices;

namespace Isolation;

/// <summary>Represents the application's decision on a system call.</summary>
public sealed record SystemCallDecision
{
    private SystemCallDecision()
    {
    }

    /// <summary>Gets the decision to execute the call with the arguments in the processor's registers.</summary>
    public static SystemCallDecision Allow { get; } = new() { IsAllowed = true };

    /// <summary>Gets a value indicating whether this decision is <see cref="Allow"/>.</summary>
    public bool IsAllowed { get; private init; }

    /// <summary>Gets the error number of <see cref="Deny"/>; otherwise 0.</summary>
    public int ErrorNumber { get; private init; }

    /// <summary>
    /// Gets the value that the call returns without being executed; for a descriptor, its number in the process.
    /// </summary>
    public long Value { get; private init; }

    /// <summary>Gets the descriptor of <see cref="Install"/>; otherwise null.</summary>
    public SafeHandle? Descriptor { get; private init; }

    /// <summary>Creates a decision that skips the call and makes it fail.</summary>
    /// <param name="errorNumber">The error number, 1 to 4095. Default: 1, not permitted.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="errorNumber"/> is out of range.</exception>
    public static SystemCallDecision Deny(int errorNumber = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(errorNumber, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(errorNumber, 4095);
        return new() { ErrorNumber = errorNumber };
    }

    /// <summary>Creates a decision that skips the call and makes it return a value.</summary>
    public static SystemCallDecision Return(long value) => new() { Value = value };

    /// <summary>
    /// Creates a decision that skips the call and makes it return a file descriptor of the application, which the
    /// process gets under the lowest free number (Linux 5.14). Use it to decide on paths safely: the application opens
    /// the file, and the payload cannot interfere.
    /// </summary>
    /// <param name="descriptor">The descriptor. It is disposed after it was passed or could not be passed.</param>
    public static SystemCallDecision Install(SafeHandle descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return new() { Descriptor = descriptor };
    }
}
