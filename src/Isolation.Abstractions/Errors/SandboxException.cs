namespace Isolation;

/// <summary>
/// The exception that is thrown when a sandbox, or a command in a sandbox, cannot be created as specified.
/// </summary>
/// <remarks>
/// <para>
/// The exception is thrown before any untrusted instruction has run, and everything that the attempt created has been
/// removed.
/// </para>
/// <para>
/// The message can contain names chosen by a payload, so control characters in it are escaped
/// (<see cref="UntrustedText"/>).
/// </para>
/// </remarks>
public class SandboxException : Exception
{
    /// <summary>Leaves room for two paths of the maximum length, each with a remedy.</summary>
    private const int MaximumLength = 32 << 10;

    /// <summary>
    /// Initializes a new instance of the <see cref="SandboxException"/> class with a default message.
    /// </summary>
    public SandboxException()
        : this("The sandbox could not be created.")
    {
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="SandboxException"/> class with a message, for an error that no
    /// system call reported.
    /// </summary>
    /// <param name="message">The message.</param>
    public SandboxException(string message)
        : this(message, null)
    {
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="SandboxException"/> class with a message and the exception that
    /// caused it.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The cause, or <see langword="null"/>.</param>
    public SandboxException(string message, Exception? innerException)
        : base(UntrustedText.Escape(message, MaximumLength), innerException)
    {
        Stage = UntrustedText.Escape(message, MaximumLength);
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="SandboxException"/> class for a step that failed.
    /// </summary>
    /// <param name="stage">
    /// The step, such as <c>mount proc on /proc</c>. The target is appended unless the stage contains it.
    /// </param>
    /// <param name="target">The object of the step, such as a path, or <see langword="null"/>.</param>
    /// <param name="errorNumber">The kernel's error number, positive; 0 if no system call reported the error.</param>
    /// <param name="errorName">
    /// The name of the error, such as <c>EPERM</c>; if no system call reported it, the name that describes it best.
    /// </param>
    /// <param name="errorText">The description of the error.</param>
    /// <param name="remedy">The remedy, or <see langword="null"/> if none is known.</param>
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

    /// <summary>Gets the step that failed, such as <c>mount proc on /proc</c>, for people to read.</summary>
    public string Stage { get; }

    /// <summary>
    /// Gets the identifier of the kind of step that failed, such as <c>mount-proc</c> or <c>execute</c>;
    /// <see langword="null"/> if the failure is not a step. Default: <see langword="null"/>.
    /// </summary>
    /// <remarks>
    /// A provider has few, stable identifiers; for those of the Linux provider, see docs/errors.md. They are values of
    /// the dimension <c>isolation.stage</c> of metrics, so an identifier never contains the name of an object.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The value is not 1 to 64 lowercase ASCII letters, digits and hyphens.
    /// </exception>
    public string? Operation
    {
        get;
        init => field = value is null || IsIdentifier(value)
            ? value
            : throw new ArgumentException(
                "An operation consists of 1 to 64 lowercase ASCII letters, digits and hyphens.", nameof(value));
    }

    /// <summary>Gets the object of the step, such as a path. The value is not escaped.</summary>
    public string? Target { get; }

    /// <summary>
    /// Gets the kernel's error number, positive; 0 if no system call reported the error, for example because the
    /// provider itself refused the step.
    /// </summary>
    public int ErrorNumber { get; }

    /// <summary>
    /// Gets the name of the error, such as <c>ENOENT</c>; <see langword="null"/> if none is known. If
    /// <see cref="ErrorNumber"/> is 0, it is the name that describes the error best, such as <c>EFBIG</c> for a file
    /// that is larger than a limit of a transfer.
    /// </summary>
    public string? ErrorName { get; }

    /// <summary>Gets the remedy, or <see langword="null"/> if none is known.</summary>
    public string? Remedy { get; }

    private static bool IsIdentifier(string text) =>
        text.Length is > 0 and <= 64
            && text.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>Appends the target to the stage unless the stage contains it already.</summary>
    private static string WithTarget(string stage, string? target) =>
        string.IsNullOrEmpty(target) || stage.Contains(target, StringComparison.Ordinal) ? stage : $"{stage} {target}";

    private static string Compose(string stage, string errorName, string errorText, string? remedy) =>
        $"Cannot {stage}: {errorName} ({errorText})." + (remedy is null ? "" : $" {remedy}");
}
