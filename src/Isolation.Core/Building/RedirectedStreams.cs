namespace Isolation;

/// <summary>
/// Specifies the use of the streams that a <see cref="System.Diagnostics.ProcessStartInfo"/> redirects.
/// </summary>
public enum RedirectedStreams
{
    /// <summary>
    /// Pipes, as with <see cref="System.Diagnostics.Process"/>; for <see cref="ISandbox.StartAsync"/>.
    /// </summary>
    Piped,

    /// <summary>
    /// Outputs are captured, at most 16 MiB each, and the input is empty; for <see cref="ISandbox.RunAsync"/>.
    /// </summary>
    Captured,
}
