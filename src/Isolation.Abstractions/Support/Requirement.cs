namespace Isolation;

/// <summary>What happens when something asked for cannot be had on this host.</summary>
public enum Requirement
{
    /// <summary>No sandbox: a <see cref="SandboxException"/> before anything untrusted runs.</summary>
    Require,

    /// <summary>The sandbox comes up without it, and <see cref="SandboxReport"/> names it with the reason.</summary>
    Prefer,
}
