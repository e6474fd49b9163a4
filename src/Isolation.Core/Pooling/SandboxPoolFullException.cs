namespace Isolation;

/// <summary>
/// Represents the error that the maximum number of callers is already waiting for a sandbox of a
/// <see cref="SandboxPool"/> (<see cref="SandboxPoolOptions.MaximumWaiting"/>). A service should ask its own caller to
/// try again later.
/// </summary>
public sealed class SandboxPoolFullException : InvalidOperationException
{
    /// <summary>Initializes an exception with a default message.</summary>
    public SandboxPoolFullException()
        : base("The maximum number of callers is already waiting for a sandbox of the pool. Try again later.")
    {
    }

    /// <summary>Initializes an exception with a message.</summary>
    public SandboxPoolFullException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception with a message and a cause.</summary>
    public SandboxPoolFullException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
