namespace Isolation;

/// <summary>Specifies an output of a command.</summary>
public enum OutputSource
{
    /// <summary>Standard output, including standard error if both have the same target.</summary>
    StandardOutput,

    /// <summary>Standard error.</summary>
    StandardError,
}
