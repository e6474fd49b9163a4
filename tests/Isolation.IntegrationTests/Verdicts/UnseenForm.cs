namespace Isolation.IntegrationTests.Verdicts;

/// <summary>How a payload's short-lived processes end without anybody waiting for them.</summary>
public enum UnseenForm
{
    /// <summary>Their parent ignores SIGCHLD, so that the kernel adds their time to nobody's.</summary>
    Ignored,

    /// <summary>The same, and they run in their parent's memory, as after vfork(2).</summary>
    Shared,

    /// <summary>They have a session of their own and have lost their parent.</summary>
    Daemon,
}
