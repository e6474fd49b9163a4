namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>The exception that is thrown when a D-Bus call fails.</summary>
/// <param name="message">The error message.</param>
/// <param name="errorName">
/// The D-Bus error name, such as <c>org.freedesktop.DBus.Error.AccessDenied</c>; null if there was no reply.
/// </param>
/// <param name="cause">The exception that caused this one, if any.</param>
internal sealed class BusException(string message, string? errorName, Exception? cause = null)
    : Exception(message, cause)
{
    internal string? ErrorName { get; } = errorName;
}
