namespace Isolation;

/// <summary>
/// Which system calls a kind of program may make. Only named here: the provider knows the calls, see
/// <c>docs/system-calls.md</c> for each of them. All but <see cref="None"/> refuse what is not on their list.
/// </summary>
public enum SystemCallProfile
{
    /// <summary>
    /// No calls of its own: <see cref="SystemCallFilter.Rules"/> and <see cref="SystemCallFilter.DefaultAction"/> say
    /// everything.
    /// </summary>
    None,

    /// <summary>
    /// General programs. Nothing that makes namespaces, traces, mounts, loads code into the kernel or needs a rare part
    /// of it.
    /// </summary>
    Default,

    /// <summary>Programs that only compute: besides, no sockets, no message queues, no watching of files.</summary>
    Judge,

    /// <summary>Programs of .NET: the default, and the memory policy calls of its garbage collector.</summary>
    DotNet,

    /// <summary>
    /// Programs of a Java virtual machine: the default, and the memory policy calls of its garbage collectors.
    /// </summary>
    Jvm,

    /// <summary>Programs of Node.js.</summary>
    Node,

    /// <summary>
    /// Programs that only compute, in a sandbox without namespaces of its own: <see cref="Judge"/>, and besides nothing
    /// that the kernel lets a user do to own files and processes anywhere, such as to change their permissions, times,
    /// attributes, priority or processors.
    /// </summary>
    Unprivileged,
}
