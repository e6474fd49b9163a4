namespace Isolation.Linux.Running;

/// <summary>What the figures of a command's groups say about how it ended.</summary>
internal static class GroupVerdict
{
    /// <summary>A result with its figures, and the limit that made it fail. A command that made do with what it got has completed.</summary>
    internal static SandboxResult Apply(SandboxResult result, SandboxUsage usage) => result with
    {
        Usage = usage,
        Outcome = result.IsSuccess || result.Outcome is not (SandboxOutcome.Completed or SandboxOutcome.Signaled) ? result.Outcome
            : usage.OutOfMemoryKills > 0 ? SandboxOutcome.MemoryExceeded
            : usage.RefusedProcesses > 0 ? SandboxOutcome.ProcessesExceeded
            : result.Outcome,
    };
}
