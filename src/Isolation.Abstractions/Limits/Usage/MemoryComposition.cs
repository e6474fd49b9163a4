namespace Isolation;

/// <summary>
/// Represents the composition of the memory of a sandbox or a command at the time of reading, in bytes. Values that the
/// host does not provide are null.
/// </summary>
/// <remarks>
/// The kernel charges memory in advance and updates these values periodically. Therefore, their sum is not exactly
/// <see cref="SandboxUsage.CurrentMemory"/>, and each can lack the most recent changes: up to 64 pages per CPU.
/// </remarks>
public readonly record struct MemoryComposition
{
    /// <summary>
    /// Gets the memory of processes that is not backed by a file. <c>memory.stat</c>: v2 <c>anon</c>, v1
    /// <c>total_rss</c>.
    /// </summary>
    public long? Anonymous { get; init; }

    /// <summary>
    /// Gets the cached content of files on disks, most of which the kernel reclaims before it kills processes.
    /// <c>memory.stat</c>: v2 <c>file</c>, v1 <c>total_cache</c>, both without <see cref="Shared"/>.
    /// </summary>
    public long? FileCache { get; init; }

    /// <summary>
    /// Gets the memory of tmpfs files and shared memory, which remains in use until it is deleted, even after processes
    /// have ended. <c>memory.stat</c>: v2 <c>shmem</c>, v1 <c>total_shmem</c>.
    /// </summary>
    public long? Shared { get; init; }

    /// <summary>
    /// Gets the total memory of the kernel itself, which includes <see cref="KernelStacks"/>, <see cref="PageTables"/>
    /// and <see cref="Slab"/>. v2 <c>kernel</c> in <c>memory.stat</c> (Linux 5.18), v1
    /// <c>memory.kmem.usage_in_bytes</c>.
    /// </summary>
    public long? Kernel { get; init; }

    /// <summary>
    /// Gets the memory of kernel stacks of processes and threads. v2 <c>kernel_stack</c> in <c>memory.stat</c>; not
    /// available on v1.
    /// </summary>
    public long? KernelStacks { get; init; }

    /// <summary>
    /// Gets the memory of page tables. v2 <c>pagetables</c> in <c>memory.stat</c>; not available on v1.
    /// </summary>
    public long? PageTables { get; init; }

    /// <summary>
    /// Gets the memory of kernel structures, such as those of open files and directories. v2 <c>slab</c> in
    /// <c>memory.stat</c>; not available on v1.
    /// </summary>
    public long? Slab { get; init; }

    /// <summary>
    /// Gets the memory of socket buffers. v2 <c>sock</c> in <c>memory.stat</c>; v1
    /// <c>memory.kmem.tcp.usage_in_bytes</c>, TCP only.
    /// </summary>
    public long? Sockets { get; init; }
}
