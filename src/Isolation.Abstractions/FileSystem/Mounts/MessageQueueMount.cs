namespace Isolation;

/// <summary>Mounts the POSIX message queues of the sandbox's own IPC namespace; see mq_overview(7).</summary>
/// <param name="Target">The absolute path inside the sandbox, usually <c>/dev/mqueue</c>.</param>
public sealed record MessageQueueMount(string Target = "/dev/mqueue") : MountEntry(Target);
