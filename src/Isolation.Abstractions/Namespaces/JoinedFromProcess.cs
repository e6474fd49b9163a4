namespace Isolation;

/// <summary>The namespace of a process, joined by setns(2).</summary>
/// <param name="ProcessId">The process as the host sees it. The caller must keep it from ending until the sandbox is
/// up.</param>
public sealed record JoinedFromProcess(int ProcessId) : NamespaceSource;
