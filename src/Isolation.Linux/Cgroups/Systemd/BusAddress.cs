namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>Represents a socket on which systemd can be called.</summary>
/// <param name="Path">The socket's path; an abstract socket if it begins with a NUL character.</param>
/// <param name="HasBroker">
/// Whether the socket belongs to a message bus, which requires a Hello call, rather than to systemd itself.
/// </param>
internal sealed record BusAddress(string Path, bool HasBroker)
{
    /// <summary>
    /// Gets the addresses of a manager, best first: its bus, then its private socket, which exists without a bus.
    /// </summary>
    /// <param name="configured">
    /// The addresses in the format of <c>DBUS_SYSTEM_BUS_ADDRESS</c> and <c>DBUS_SESSION_BUS_ADDRESS</c>; null for
    /// none.
    /// </param>
    /// <param name="usual">The path of the bus if none is configured.</param>
    /// <param name="own">The path of the manager's private socket.</param>
    internal static IEnumerable<BusAddress> Find(string? configured, string usual, string own)
    {
        foreach (string address in configured?.Split(';') ?? [$"unix:path={usual}"])
        {
            if (Parse(address) is { } path)
            {
                yield return new BusAddress(path, true);
            }
        }

        yield return new BusAddress(own, false);
    }

    public override string ToString() => Path.Replace('\0', '@');

    /// <summary>Gets the path of an address; null for a transport other than a local socket.</summary>
    private static string? Parse(string address)
    {
        const string Transport = "unix:";
        if (!address.StartsWith(Transport, StringComparison.Ordinal))
        {
            return null;
        }

        foreach (string pair in address[Transport.Length..].Split(','))
        {
            if (pair.Split('=', 2) is [("path" or "abstract") and string key, var value])
            {
                return (key == "abstract" ? "\0" : "") + Uri.UnescapeDataString(value);
            }
        }

        return null;
    }
}
