namespace Isolation;

/// <summary>
/// As many as may wait for a sandbox of a <see cref="SandboxPool"/> do so already
/// (<see cref="SandboxPoolOptions.MaximumWaiting"/>). A service answers its own caller with "try again later".
/// </summary>
public sealed class SandboxPoolFullException : InvalidOperationException
{
    /// <summary>With a general message.</summary>
    public SandboxPoolFullException()
        : base("As many as may wait for a sandbox of the pool do so already.")
    {
    }

    /// <summary>With a message.</summary>
    public SandboxPoolFullException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public SandboxPoolFullException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
