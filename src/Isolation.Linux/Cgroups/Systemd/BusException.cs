namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>A call over D-Bus that had no success.</summary>
/// <param name="message">What happened.</param>
/// <param name="errorName">The name of the error that was answered, such as
/// <c>org.freedesktop.DBus.Error.AccessDenied</c>; null if there was no answer.</param>
/// <param name="cause">What was thrown, if anything was.</param>
internal sealed class BusException(string message, string? errorName, Exception? cause = null)
    : Exception(message, cause)
{
    internal string? ErrorName { get; } = errorName;
}
