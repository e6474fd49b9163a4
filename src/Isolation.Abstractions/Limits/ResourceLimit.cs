using System.Collections.Immutable;

namespace Isolation;

/// <summary>Represents a limit of setrlimit(2).</summary>
/// <param name="Resource">The limited resource.</param>
/// <param name="Soft">The effective limit, which the payload can raise up to <paramref name="Hard"/>.</param>
/// <param name="Hard">
/// The upper bound. A value above the application's own requires CAP_SYS_RESOURCE on the host.
/// </param>
public readonly record struct ResourceLimit(LimitedResource Resource, ulong Soft, ulong Hard)
{
    /// <summary>The value for no limit (RLIM_INFINITY).</summary>
    public const ulong Unlimited = ulong.MaxValue;

    /// <summary>
    /// Gets the limits of a command that does not set these resources. If the application's own limits are lower, those
    /// apply.
    /// </summary>
    /// <remarks>
    /// The defaults bound the share of one sandbox in pools that all sandboxes of a host use: 256 pending signals and
    /// timers, 256 KiB of POSIX message queues, 64 KiB of locked memory, and 1,024 open files, which the program can
    /// raise to 4,096.
    /// </remarks>
    public static ImmutableArray<ResourceLimit> Defaults { get; } =
    [
        new(LimitedResource.PendingSignals, 256),
        new(LimitedResource.MessageQueues, 256 << 10),
        new(LimitedResource.LockedMemory, 64 << 10),
        new(LimitedResource.OpenFiles, 1024, 4096),
    ];

    /// <summary>
    /// Initializes a new instance of the <see cref="ResourceLimit"/> struct with the same value for both bounds.
    /// </summary>
    /// <param name="resource">The limited resource.</param>
    /// <param name="value">The value of both bounds.</param>
    public ResourceLimit(LimitedResource resource, ulong value)
        : this(resource, value, value)
    {
    }
}
