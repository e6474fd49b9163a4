namespace Isolation.IntegrationTests.Verdicts;

/// <summary>The ways in which short-lived processes of a payload end without being waited for.</summary>
public enum UnseenForm
{
    /// <summary>Their parent ignores SIGCHLD, so that the kernel adds their time to nobody's.</summary>
    Ignored,

    /// <summary>The same, and they run in their parent's memory, as after vfork(2).</summary>
    Shared,

    /// <summary>They have a session of their own and have lost their parent.</summary>
    Daemon,
}
