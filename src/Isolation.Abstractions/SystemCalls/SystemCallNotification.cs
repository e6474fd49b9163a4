using System.Collections.Immutable;

namespace Isolation;

/// <summary>Represents a system call that waits for the application's decision; see seccomp_unotify(2).</summary>
/// <param name="Name">
/// The name of the call, such as <c>socket</c>; <c>call 999</c> if the library does not know the number.
/// </param>
/// <param name="Arguments">The arguments. Addresses are omitted; see <see cref="SystemCallArgument.Value"/>.</param>
/// <param name="ProcessId">
/// The id of the calling thread on the host. For logging only: the thread may have ended, and its id may have been
/// reused.
/// </param>
public sealed record SystemCallNotification(string Name, ImmutableArray<SystemCallArgument> Arguments, int ProcessId)
{
    /// <summary>Gets the value of an argument by its name.</summary>
    /// <exception cref="ArgumentException">The call has no argument of this name.</exception>
    /// <exception cref="InvalidOperationException">
    /// The argument is an address, on which no decision can be based.
    /// </exception>
    public ulong this[string name]
    {
        get
        {
            foreach (SystemCallArgument argument in Arguments)
            {
                if (argument.Name == name)
                {
                    return argument.Value ?? throw new InvalidOperationException(
                        $"The argument '{name}' of {Name} is an address in the payload's memory. The payload can "
                            + $"change the memory after it was checked, so no decision can be based on it.");
                }
            }

            throw new ArgumentException(
                $"{Name} has no argument '{name}'; it has "
                    + $"{string.Join(", ", Arguments.Select(argument => $"'{argument.Name}'"))}.", nameof(name));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}({string.Join(", ", Arguments)})";
}
