namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>A socket at which systemd can be called.</summary>
/// <param name="Path">The socket's path; abstract if it begins with a zero.</param>
/// <param name="HasBroker">Whether a bus is behind it that wants to be greeted, or systemd itself.</param>
internal sealed record BusAddress(string Path, bool HasBroker)
{
    /// <summary>
    /// Where a manager can be called, best first: its bus, then its own socket, which is there without a bus.
    /// </summary>
    /// <param name="configured">Addresses as <c>DBUS_SYSTEM_BUS_ADDRESS</c> and <c>DBUS_SESSION_BUS_ADDRESS</c> have
    /// them; null if there is none.</param>
    /// <param name="usual">The path of the bus where none is configured.</param>
    /// <param name="own">The path of the manager's own socket.</param>
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

    /// <summary>The path of an address; null for a transport that is none of this machine.</summary>
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
