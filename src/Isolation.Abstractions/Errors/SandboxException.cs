namespace Isolation;

/// <summary>
/// A sandbox, or a command in one, that cannot be had as asked for. Thrown before any untrusted instruction has run,
/// and nothing is left of the attempt.
/// </summary>
/// <remarks>
/// Names chosen by a payload can be part of the message, so control characters in it are escaped
/// (<see cref="UntrustedText"/>).
/// </remarks>
public class SandboxException : Exception
{
    /// <summary>More than two paths of the greatest length with a remedy for each.</summary>
    private const int MaximumLength = 32 << 10;

    /// <summary>An error without further detail.</summary>
    public SandboxException()
        : this("The sandbox cannot be had.")
    {
    }

    /// <summary>An error that no system call reported.</summary>
    public SandboxException(string message)
        : this(message, null)
    {
    }

    /// <summary>An error with a cause.</summary>
    public SandboxException(string message, Exception? innerException)
        : base(UntrustedText.Escape(message, MaximumLength), innerException)
    {
        Stage = UntrustedText.Escape(message, MaximumLength);
    }

    /// <summary>A step that failed.</summary>
    /// <param name="stage">What was being done, such as <c>mount proc on /proc</c>; the target is appended if it is not
    /// part of it.</param>
    /// <param name="target">The object of the step, such as a path; null if there is none.</param>
    /// <param name="errorNumber">The kernel's error number, positive; 0 if no system call reported it.</param>
    /// <param name="errorName">The error's name, such as <c>EPERM</c>.</param>
    /// <param name="errorText">The error in words.</param>
    /// <param name="remedy">What to do about it; null if nothing is known.</param>
    public SandboxException(
        string stage, string? target, int errorNumber, string errorName, string errorText, string? remedy)
        : base(UntrustedText.Escape(Compose(WithTarget(stage, target), errorName, errorText, remedy), MaximumLength))
    {
        Stage = UntrustedText.Escape(WithTarget(stage, target), MaximumLength);
        Target = target;
        ErrorNumber = errorNumber;
        ErrorName = errorName;
        Remedy = remedy;
    }

    /// <summary>What was being done.</summary>
    public string Stage { get; }

    /// <summary>The object of the step, such as a path, as it is: not escaped.</summary>
    public string? Target { get; }

    /// <summary>The kernel's error number, positive; 0 if no system call reported it.</summary>
    public int ErrorNumber { get; }

    /// <summary>The error's name, such as <c>ENOENT</c>.</summary>
    public string? ErrorName { get; }

    /// <summary>What to do about it; null if nothing is known.</summary>
    public string? Remedy { get; }

    /// <summary>A message without what it is about helps nobody.</summary>
    private static string WithTarget(string stage, string? target) =>
        string.IsNullOrEmpty(target) || stage.Contains(target, StringComparison.Ordinal) ? stage : $"{stage} {target}";

    private static string Compose(string stage, string errorName, string errorText, string? remedy) =>
        $"Cannot {stage}: {errorName} ({errorText})." + (remedy is null ? "" : $" {remedy}");
}
