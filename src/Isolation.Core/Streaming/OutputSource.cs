namespace Isolation;

/// <summary>Which output of a command something came from.</summary>
public enum OutputSource
{
    /// <summary>Standard output, and standard error where it goes the same way.</summary>
    StandardOutput,

    /// <summary>Standard error.</summary>
    StandardError,
}
