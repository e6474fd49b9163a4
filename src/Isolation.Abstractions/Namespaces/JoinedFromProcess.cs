namespace Isolation;

/// <summary>Represents the namespace of a process, joined by setns(2).</summary>
/// <param name="ProcessId">
/// The process id on the host. The caller must keep the process running until the sandbox is created.
/// </param>
public sealed record JoinedFromProcess(int ProcessId) : NamespaceSource;
