namespace Isolation;

/// <summary>
/// Mounts sysfs read-only. It shows the network devices of the sandbox's own network namespace, which it requires.
/// </summary>
/// <param name="Target">The absolute path inside the sandbox, usually <c>/sys</c>.</param>
public sealed record SysMount(string Target = "/sys") : MountEntry(Target);
