namespace Isolation.Benchmarks.Working;

/// <summary>
/// What many sandboxes cost while all of them are up. Bytes are per sandbox: its init and its program together.
/// </summary>
internal sealed record ManySandboxes
{
    public required int Count { get; init; }

    public required int ThreadsBefore { get; init; }

    public required int ThreadsDuring { get; init; }

    public required double CreationMilliseconds { get; init; }

    public required double DisposalMilliseconds { get; init; }

    /// <summary>
    /// Memory with what is shared divided by those who share it (PSS); null where the kernel does not tell.
    /// </summary>
    public long? ProportionalBytes { get; init; }

    /// <summary>Memory that nobody else has.</summary>
    public long? PrivateBytes { get; init; }

    /// <summary>Memory with what is shared counted in full (RSS).</summary>
    public long? ResidentBytes { get; init; }

    /// <summary>By how much the host's own private memory has grown.</summary>
    public required long HostPrivateBytes { get; init; }

    /// <summary>
    /// By how much the kernel's memory has grown, of the whole machine: slabs, kernel stacks, page tables, per-CPU
    /// data.
    /// </summary>
    public required long KernelBytes { get; init; }
}
