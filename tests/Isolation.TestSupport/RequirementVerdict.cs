namespace Isolation.TestSupport;

/// <summary>Specifies whether to run a test.</summary>
public enum RequirementVerdict
{
    /// <summary>Run the test: the host provides the requirement.</summary>
    Run,

    /// <summary>Skip the test: the host does not provide the requirement, and the leg does not promise it.</summary>
    Skip,

    /// <summary>Fail the test: the host does not provide the requirement, but the leg promises it.</summary>
    Fail,
}
