using System.Collections.Immutable;

namespace Isolation;

/// <summary>A system call that waits for the host's decision, see seccomp_unotify(2).</summary>
/// <param name="Name">The call's name, such as <c>socket</c>; <c>call 999</c> where the library knows none for its
/// number.</param>
/// <param name="Arguments">Its arguments. Addresses are left out: see <see cref="SystemCallArgument.Value"/>.</param>
/// <param name="ProcessId">The thread that makes it, by its id on the host. For logs; it may have ended, and its id may
/// be somebody else's.</param>
public sealed record SystemCallNotification(string Name, ImmutableArray<SystemCallArgument> Arguments, int ProcessId)
{
    /// <summary>The value of an argument by its name.</summary>
    /// <exception cref="ArgumentException">The call has no argument of this name.</exception>
    /// <exception cref="InvalidOperationException">It is an address, on which nothing can be decided.</exception>
    public ulong this[string name]
    {
        get
        {
            foreach (SystemCallArgument argument in Arguments)
            {
                if (argument.Name == name)
                {
                    return argument.Value ?? throw new InvalidOperationException(
                        $"The argument '{name}' of {Name} is an address in the payload's memory. What is there can be "
                            + $"changed after it was looked at, so nothing can be decided on it.");
                }
            }

            throw new ArgumentException(
                $"{Name} has no argument '{name}', but "
                    + $"{string.Join(", ", Arguments.Select(argument => $"'{argument.Name}'"))}.", nameof(name));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}({string.Join(", ", Arguments)})";
}
