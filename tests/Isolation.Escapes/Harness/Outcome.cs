namespace Isolation.Escapes.Harness;

/// <summary>Specifies the outcome of an attack.</summary>
internal enum Outcome
{
    /// <summary>It was refused as it should be, and the host's canaries are untouched.</summary>
    Held,

    /// <summary>It succeeded.</summary>
    Succeeded,

    /// <summary>It cannot be tried here, or what it attacks does not exist.</summary>
    Void,

    /// <summary>It did not succeed, but was refused otherwise than it should be, or did not get that far.</summary>
    Unclear,
}
