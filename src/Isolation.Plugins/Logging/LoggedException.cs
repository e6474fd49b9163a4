using System.Text;

namespace Isolation.Plugins;

/// <summary>
/// Represents an exception in the log. Its message and those of inner exceptions may quote text from the plug-in and
/// are escaped; stack traces are unchanged.
/// </summary>
internal sealed class LoggedException : Exception
{
    private const int MaximumLength = 4096;
    private const int MaximumDepth = 16;

    private readonly Exception _original;

    internal LoggedException(Exception original)
        : this(original, 1)
    {
    }

    private LoggedException(Exception original, int depth)
        : base(
            UntrustedText.Escape(original.Message, MaximumLength),
            original.InnerException is { } inner && depth < MaximumDepth ? new LoggedException(inner, depth + 1) : null)
    {
        _original = original;
        HResult = original.HResult;
    }

    public override string? StackTrace => _original.StackTrace;

    /// <summary>
    /// Formats the exception like <see cref="Exception.ToString"/>. Details that derived types add are omitted because
    /// they are not escaped.
    /// </summary>
    public override string ToString()
    {
        StringBuilder text = new($"{_original.GetType()}: {Message}");
        if (InnerException is not null)
        {
            text.Append(Environment.NewLine).Append(" ---> ").Append(InnerException);
            text.Append(Environment.NewLine).Append("   --- End of inner exception stack trace ---");
        }

        if (StackTrace is { } trace)
        {
            text.Append(Environment.NewLine).Append(trace);
        }

        return text.ToString();
    }
}
