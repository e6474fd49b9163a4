namespace Isolation;

/// <summary>Represents the options of a <see cref="SandboxPool"/>.</summary>
public sealed class SandboxPoolOptions
{
    /// <summary>
    /// Gets or sets the name of the pool in logs and metrics. Default: that of the specification, or <c>sandboxes</c>.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>
    /// Gets or sets the number of sandboxes to keep ready, 0 or more. Default: the number of CPUs of the machine.
    /// </summary>
    public int ReadySandboxes { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets the maximum number of sandboxes, 1 or more, including those that are ready, leased, being created
    /// and being removed. Further callers wait. Default: four for each CPU.
    /// </summary>
    public int MaximumSandboxes { get; set; } = 4 * Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets the maximum number of sandboxes to create concurrently, 1 or more. Creating a sandbox is CPU-bound
    /// work in the kernel. Default: the number of CPUs of the machine.
    /// </summary>
    public int MaximumCreating { get; set; } = Environment.ProcessorCount;

    /// <summary>Gets or sets the delay before a leased sandbox is replaced.</summary>
    /// <remarks>
    /// The delay applies while at least half of <see cref="ReadySandboxes"/> are ready and the leased sandbox has not
    /// been returned, so that a short run does not compete for the CPUs with the creation of the next sandbox.
    /// <see cref="TimeSpan.Zero"/> means no delay. Default: 10 ms.
    /// </remarks>
    public TimeSpan RefillDelay { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Gets or sets the maximum number of waiting callers, 0 or more; further callers are refused. Default: 10,000.
    /// </summary>
    public int MaximumWaiting { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets the number of consecutive failures to create a sandbox, 1 or more, after which waiting callers are
    /// refused, and new callers are refused while no sandbox is ready. A <see cref="SandboxSpecificationException"/>
    /// counts as that number of failures. Default: 3.
    /// </summary>
    public int FailuresUntilRefusal { get; set; } = 3;

    /// <summary>
    /// Gets or sets the delay between a failure and the next attempt, which doubles after each further failure.
    /// Default: 100 ms.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Gets or sets the maximum delay before the next attempt, at least <see cref="RetryDelay"/>. Default: 30 s.
    /// </summary>
    public TimeSpan MaximumRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long leased sandboxes remain usable while <see cref="SandboxPool.DisposeAsync"/> waits for
    /// them. <see cref="TimeSpan.Zero"/> reclaims them immediately. Default: 30 s.
    /// </summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(30);

    internal SandboxPoolOptions Copy() => (SandboxPoolOptions)MemberwiseClone();

    /// <exception cref="ArgumentException">An option is invalid.</exception>
    /// <summary>
    /// Gets or sets whether a pool that dependency injection creates starts to fill when the application's host starts,
    /// and the start waits until the pool is ready. Otherwise, it starts to fill when it is first resolved. Default:
    /// <see langword="false"/>.
    /// </summary>
    public bool FillsAtStart { get; set; }

    internal void Validate()
    {
        Require(ReadySandboxes >= 0, $"{nameof(ReadySandboxes)} must be 0 or more.");
        Require(MaximumSandboxes >= 1, $"{nameof(MaximumSandboxes)} must be 1 or more.");
        Require(MaximumSandboxes >= ReadySandboxes,
            $"{nameof(MaximumSandboxes)} must be at least {nameof(ReadySandboxes)}.");
        Require(MaximumCreating >= 1, $"{nameof(MaximumCreating)} must be 1 or more.");
        Require(RefillDelay >= TimeSpan.Zero, $"{nameof(RefillDelay)} must not be negative.");
        Require(MaximumWaiting >= 0, $"{nameof(MaximumWaiting)} must be 0 or more.");
        Require(FailuresUntilRefusal >= 1, $"{nameof(FailuresUntilRefusal)} must be 1 or more.");
        Require(RetryDelay > TimeSpan.Zero, $"{nameof(RetryDelay)} must be more than zero.");
        Require(MaximumRetryDelay >= RetryDelay, $"{nameof(MaximumRetryDelay)} must be at least {nameof(RetryDelay)}.");
        Require(DrainTime >= TimeSpan.Zero, $"{nameof(DrainTime)} must not be negative.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
