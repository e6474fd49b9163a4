using System.Text;

namespace Isolation.Plugins;

/// <summary>
/// An exception as it goes into the log: its message, and those of its inner exceptions, may quote what a plug-in sent,
/// so they are escaped; stack traces stay as they are.
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
    /// As any exception writes itself. What a type adds to that is left out, because nobody has escaped it.
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
