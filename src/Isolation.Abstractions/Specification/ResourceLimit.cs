namespace Isolation;

/// <summary>A limit of setrlimit(2).</summary>
/// <param name="Resource">What is limited.</param>
/// <param name="Soft">What holds; the payload may raise it up to <paramref name="Hard"/>.</param>
/// <param name="Hard">The upper bound. Above the host's needs CAP_SYS_RESOURCE on the host.</param>
public readonly record struct ResourceLimit(LimitedResource Resource, ulong Soft, ulong Hard)
{
    /// <summary>The value that stands for no limit (RLIM_INFINITY).</summary>
    public const ulong Unlimited = ulong.MaxValue;

    /// <summary>The same value for both bounds.</summary>
    public ResourceLimit(LimitedResource resource, ulong value)
        : this(resource, value, value)
    {
    }
}
