namespace Isolation;

/// <summary>
/// Specifies a predefined set of system calls for a kind of program. The provider defines the calls; see
/// <c>docs/system-calls.md</c>. All profiles except <see cref="None"/> deny the calls that they do not list.
/// </summary>
public enum SystemCallProfile
{
    /// <summary>
    /// No calls: only <see cref="SystemCallFilter.Rules"/> and <see cref="SystemCallFilter.DefaultAction"/> apply.
    /// </summary>
    None,

    /// <summary>
    /// General programs. Denies calls that create namespaces, trace processes, mount file systems, load code into the
    /// kernel or require rarely used parts of the kernel.
    /// </summary>
    Default,

    /// <summary>Programs that only compute: the default without sockets, message queues and file watches.</summary>
    Judge,

    /// <summary>.NET programs: the default and the memory policy calls of the garbage collector.</summary>
    DotNet,

    /// <summary>
    /// Programs on a Java virtual machine: the default and the memory policy calls of the garbage collectors.
    /// </summary>
    Jvm,

    /// <summary>Node.js programs.</summary>
    Node,

    /// <summary>
    /// Programs that only compute, in a sandbox without its own namespaces: <see cref="Judge"/> without the calls that
    /// let users change their own files and processes anywhere on the host, such as permissions, times, attributes,
    /// priority or CPU affinity.
    /// </summary>
    Unprivileged,
}
