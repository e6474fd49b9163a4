using System.Collections.Immutable;

namespace Isolation;

/// <summary>A limit of setrlimit(2).</summary>
/// <param name="Resource">What is limited.</param>
/// <param name="Soft">What holds; the payload may raise it up to <paramref name="Hard"/>.</param>
/// <param name="Hard">The upper bound. Above the host's needs CAP_SYS_RESOURCE on the host.</param>
public readonly record struct ResourceLimit(LimitedResource Resource, ulong Soft, ulong Hard)
{
    /// <summary>The value that stands for no limit (RLIM_INFINITY).</summary>
    public const ulong Unlimited = ulong.MaxValue;

    /// <summary>
    /// Gets the limits of a command that does not set these resources itself; where the host's own are lower, those
    /// apply. They bound what one sandbox takes of pools that all sandboxes of a host share: 256 pending signals and
    /// timers, 256 KiB of POSIX message queues, 64 KiB of locked memory, 1,024 open files, which the program may raise
    /// to 4,096.
    /// </summary>
    public static ImmutableArray<ResourceLimit> Defaults { get; } =
    [
        new(LimitedResource.PendingSignals, 256),
        new(LimitedResource.MessageQueues, 256 << 10),
        new(LimitedResource.LockedMemory, 64 << 10),
        new(LimitedResource.OpenFiles, 1024, 4096),
    ];

    /// <summary>The same value for both bounds.</summary>
    public ResourceLimit(LimitedResource resource, ulong value)
        : this(resource, value, value)
    {
    }
}
