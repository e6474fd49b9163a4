namespace Isolation.Escapes.Harness;

/// <summary>Specifies the outcome of an attack.</summary>
internal enum Outcome
{
    /// <summary>The attack was refused as expected, and the host's canaries are unchanged.</summary>
    Held,

    /// <summary>The attack succeeded.</summary>
    Succeeded,

    /// <summary>The attack cannot be tried on this host, or its target does not exist.</summary>
    Void,

    /// <summary>The attack failed, but with an unexpected refusal or before its decisive step.</summary>
    Unclear,
}
