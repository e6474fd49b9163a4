namespace Isolation.IntegrationTests.Verdicts;

/// <summary>The process of a payload that does the work.</summary>
public enum LoadForm
{
    /// <summary>One process.</summary>
    Process,

    /// <summary>Two threads, half of it each.</summary>
    Threads,

    /// <summary>A process and its child, half of it each.</summary>
    Children,

    /// <summary>
    /// All of it by a grandchild with a session of its own that has lost its parent; the payload only waits for it.
    /// </summary>
    Orphan,
}
