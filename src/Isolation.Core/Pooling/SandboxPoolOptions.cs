namespace Isolation;

/// <summary>How many sandboxes a <see cref="SandboxPool"/> has, and what it does when it cannot have them.</summary>
public sealed class SandboxPoolOptions
{
    /// <summary>The name in logs and metrics. Default: that of the specification, else <c>sandboxes</c>.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// How many sandboxes wait ready for whoever comes, 0 or more. Default: as many as the machine has CPUs.
    /// </summary>
    public int ReadySandboxes { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// The most sandboxes at once, 1 or more: ready, leased, on their way up and on their way down. Who asks for one
    /// more waits. Default: four for each CPU.
    /// </summary>
    public int MaximumSandboxes { get; set; } = 4 * Environment.ProcessorCount;

    /// <summary>
    /// The most that are made at once, 1 or more; making one is work of the kernel. Default: as many as the machine has
    /// CPUs.
    /// </summary>
    public int MaximumCreating { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// How long the place of a sandbox that was taken stays empty while at least half of <see cref="ReadySandboxes"/>
    /// are left and the one that was taken is not given back, so that a short run does not share the CPUs with the
    /// making of the next sandbox. <see cref="TimeSpan.Zero"/>: no time. Default: 10 ms.
    /// </summary>
    public TimeSpan RefillDelay { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How many may wait for a sandbox, 0 or more; the next is refused. Default: 10,000.</summary>
    public int MaximumWaiting { get; set; } = 10_000;

    /// <summary>
    /// After how many failures in a row, 1 or more, to make a sandbox those who wait are told, and those who come while
    /// none is ready refused. A <see cref="SandboxSpecificationException"/> counts as that many. Default: 3.
    /// </summary>
    public int FailuresUntilRefusal { get; set; } = 3;

    /// <summary>
    /// How long to wait after a failure before the next attempt; twice as long after each further one. Default: 100 ms.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait before the next attempt, at least <see cref="RetryDelay"/>. Default: 30 s.</summary>
    public TimeSpan MaximumRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long <see cref="SandboxPool.DisposeAsync"/> lets leased sandboxes be used before it takes them away.
    /// <see cref="TimeSpan.Zero"/>: at once. Default: 30 s.
    /// </summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(30);

    internal SandboxPoolOptions Copy() => (SandboxPoolOptions)MemberwiseClone();

    /// <exception cref="ArgumentException">Something contradicts itself.</exception>
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
        Require(RetryDelay > TimeSpan.Zero, $"{nameof(RetryDelay)} must be longer than nothing.");
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
