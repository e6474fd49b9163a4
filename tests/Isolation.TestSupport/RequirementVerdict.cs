namespace Isolation.TestSupport;

/// <summary>What becomes of a test.</summary>
public enum RequirementVerdict
{
    /// <summary>The host has what the test needs.</summary>
    Run,

    /// <summary>It has not, and nobody promised it.</summary>
    Skip,

    /// <summary>It has not, and the leg promised it.</summary>
    Fail,
}
