namespace Isolation;

/// <summary>Specifies whether a requested feature is required.</summary>
public enum Requirement
{
    /// <summary>
    /// The feature is required: if it is not available, a <see cref="SandboxException"/> is thrown before any untrusted
    /// code runs.
    /// </summary>
    Require,

    /// <summary>
    /// The feature is optional: if it is not available, the sandbox is created without it, and
    /// <see cref="SandboxReport.NotApplied"/> contains the reason.
    /// </summary>
    Prefer,
}
