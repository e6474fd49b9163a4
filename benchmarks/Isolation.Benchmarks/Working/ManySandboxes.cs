namespace Isolation.Benchmarks.Working;

/// <summary>
/// The cost of many sandboxes that run at the same time. Bytes are per sandbox: its init and its program together.
/// </summary>
internal sealed record ManySandboxes
{
    public required int Count { get; init; }

    public required int ThreadsBefore { get; init; }

    public required int ThreadsDuring { get; init; }

    public required double CreationMilliseconds { get; init; }

    public required double DisposalMilliseconds { get; init; }

    /// <summary>
    /// Gets the proportional set size (PSS): shared pages divided by the number of processes that share them. It is
    /// null if the kernel does not report it.
    /// </summary>
    public long? ProportionalBytes { get; init; }

    /// <summary>Gets the memory that is not shared with any other process.</summary>
    public long? PrivateBytes { get; init; }

    /// <summary>Gets the resident set size (RSS), which counts shared pages in full.</summary>
    public long? ResidentBytes { get; init; }

    /// <summary>Gets the growth of the application's own private memory.</summary>
    public required long HostPrivateBytes { get; init; }

    /// <summary>
    /// Gets the growth of the kernel's memory on the whole machine: slabs, kernel stacks, page tables, per-CPU data.
    /// </summary>
    public required long KernelBytes { get; init; }
}
