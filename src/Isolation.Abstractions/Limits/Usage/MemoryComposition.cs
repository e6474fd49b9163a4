namespace Isolation;

/// <summary>
/// What the memory of a sandbox or a command consists of at the time of reading, all in bytes. A part that the host
/// cannot tell is null.
/// <para>
/// The kernel counts memory in advance and adds these parts up from time to time, so their sum is not exactly
/// <see cref="SandboxUsage.CurrentMemory"/>, and each may lack what was taken last: up to 64 pages for each CPU.
/// </para>
/// </summary>
public readonly record struct MemoryComposition
{
    /// <summary>
    /// Memory of processes that no file stands behind. <c>memory.stat</c>: v2 <c>anon</c>, v1 <c>total_rss</c>.
    /// </summary>
    public long? Anonymous { get; init; }

    /// <summary>
    /// Contents of files on disks, most of which the kernel takes back before it kills for lack of memory.
    /// <c>memory.stat</c>: v2 <c>file</c>, v1 <c>total_cache</c>, both without <see cref="Shared"/>.
    /// </summary>
    public long? FileCache { get; init; }

    /// <summary>
    /// Files of tmpfs and shared memory, which stay until they are deleted, whoever has ended. <c>memory.stat</c>: v2
    /// <c>shmem</c>, v1 <c>total_shmem</c>.
    /// </summary>
    public long? Shared { get; init; }

    /// <summary>
    /// All memory of the kernel itself, of which <see cref="KernelStacks"/>, <see cref="PageTables"/> and
    /// <see cref="Slab"/> are parts. v2 <c>kernel</c> in <c>memory.stat</c> (Linux 5.18), v1
    /// <c>memory.kmem.usage_in_bytes</c>.
    /// </summary>
    public long? Kernel { get; init; }

    /// <summary>
    /// Stacks of the kernel for processes and threads. v2 <c>kernel_stack</c> in <c>memory.stat</c>; v1 does not tell.
    /// </summary>
    public long? KernelStacks { get; init; }

    /// <summary>Page tables. v2 <c>pagetables</c> in <c>memory.stat</c>; v1 does not tell.</summary>
    public long? PageTables { get; init; }

    /// <summary>
    /// Structures of the kernel, such as those of open files and directories. v2 <c>slab</c> in <c>memory.stat</c>; v1
    /// does not tell.
    /// </summary>
    public long? Slab { get; init; }

    /// <summary>
    /// Buffers of sockets. v2 <c>sock</c> in <c>memory.stat</c>; v1 <c>memory.kmem.tcp.usage_in_bytes</c>, TCP alone.
    /// </summary>
    public long? Sockets { get; init; }
}
