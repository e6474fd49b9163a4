using System.Globalization;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>
/// Represents the systemd manager that creates scopes for this process: the system manager for root, otherwise the
/// user's manager. See org.freedesktop.systemd1(5) and "Control Group APIs and Delegation" of systemd.
/// </summary>
/// <param name="UserId">The user id of the manager's owner; 0 for the system manager.</param>
/// <param name="Addresses">The manager's addresses, best first.</param>
internal sealed record SystemdManager(uint UserId, IReadOnlyList<BusAddress> Addresses)
{
    /// <summary>
    /// The timeout for all calls together. systemd starts a scope within milliseconds, or within seconds on a busy
    /// machine.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly BusMethod StartTransientUnit = new(
        "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
        "StartTransientUnit");

    /// <summary>
    /// The errors of a bus without systemd, such as one created by <c>dbus-run-session</c>.
    /// </summary>
    private static readonly string[] NobodyThere =
        ["org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
            "org.freedesktop.DBus.Error.Spawn.ChildExited"];

    private bool IsSystem => UserId == 0;

    /// <summary>Gets the manager of a user; null if systemd does not manage the host visible to this process.</summary>
    internal static SystemdManager? Find(HostFiles files, uint userId, Func<string, string?> environment)
    {
        // The manager receives process ids, so it must be in the same PID namespace; then it is the first process
        // there.
        if (!files.Exists("/run/systemd/system") || files.ReadText("/proc/1/comm") != "systemd")
        {
            return null;
        }

        if (userId == 0)
        {
            return new SystemdManager(
                0, [.. BusAddress.Find(
                    Setting("DBUS_SYSTEM_BUS_ADDRESS"), "/run/dbus/system_bus_socket", "/run/systemd/private")]);
        }

        string runtime = Setting("XDG_RUNTIME_DIR")
            ?? string.Create(CultureInfo.InvariantCulture, $"/run/user/{userId}");
        return new SystemdManager(
            userId,
            [.. BusAddress.Find(Setting("DBUS_SESSION_BUS_ADDRESS"), $"{runtime}/bus", $"{runtime}/systemd/private")]);

        string? Setting(string name) => environment(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>
    /// Returns whether processes can be moved between a cgroup and a scope of this manager. An unprivileged user needs
    /// write access to a common ancestor of both, which belongs to root unless both are below the cgroup of the user's
    /// manager.
    /// </summary>
    internal bool Reaches(string group) =>
        IsSystem || group.Split('/').Contains(string.Create(CultureInfo.InvariantCulture, $"user@{UserId}.service"));

    /// <summary>Returns the reason why no address exists; null if one does.</summary>
    internal Obstacle? FindObstacle(HostFiles files) =>
        Addresses.Any(address => address.Path.StartsWith('\0') || files.Exists(address.Path))
            ? null
            : Unreachable("no such socket exists");

    /// <summary>
    /// Starts a scope with a process in it, whose cgroups are delegated to this process, and waits until the scope is
    /// running.
    /// </summary>
    /// <returns>Null on success; otherwise the reason why there is no scope.</returns>
    internal Obstacle? StartScope(string name, string description, int process)
    {
        BusException? last = null;
        foreach (BusAddress address in Addresses)
        {
            BusConnection bus;
            try
            {
                bus = BusConnection.Open(address, Patience);
            }
            catch (BusException exception)
            {
                last = exception;
                continue;
            }

            using (bus)
            {
                try
                {
                    return StartScope(bus, name, description, process);
                }
                catch (BusException exception) when (NobodyThere.Contains(exception.ErrorName))
                {
                    last = exception;
                }
                catch (BusException exception)
                {
                    // Not retried on another address, because the scope may have been started.
                    string error = exception.ErrorName is null ? "" : $"{exception.ErrorName}: ";
                    return new Obstacle(
                        $"systemd did not start the scope {name}: {error}{exception.Message.TrimEnd('.')}.",
                        Remedy(exception.ErrorName));
                }
            }
        }

        return Unreachable(last?.Message.TrimEnd('.') ?? "no address is known");
    }

    private static Obstacle? StartScope(BusConnection bus, string name, string description, int process)
    {
        const string Finished = "JobRemoved";
        bus.Subscribe(
            $"type='signal',sender='{StartTransientUnit.Destination}',interface='{StartTransientUnit.Interface}',"
            + $"path='{StartTransientUnit.Path}',member='{Finished}'");
        BusMessage answer = bus.Call(StartTransientUnit, "ssa(sv)a(sa(sv))", body =>
        {
            body.Text(name);
            body.Text("fail");
            body.Array(8, () =>
            {
                body.Property("Description", "s", () => body.Text(description));
                body.Property("Delegate", "b", () => body.Number(1));
                body.Property("CollectMode", "s", () => body.Text("inactive-or-failed"));
                body.Property("PIDs", "au", () => body.Array(4, () => body.Number((uint)process)));
            });
            body.Array(8, static () => { });
        });
        string job = answer.Text();
        string result = bus.WaitForSignal(Finished, signal =>
        {
            signal.Number();
            return signal.Text() == job && signal.Text() == name ? signal.Text() : null;
        });
        return result == "done"
            ? null
            : new Obstacle(
                $"systemd's job to start the scope {name} ended with \"{result}\".",
                $"For details, run: journalctl -u {name}.");
    }

    private Obstacle Unreachable(string reason) => new(
        $"systemd does not answer at {string.Join(" or ", Addresses)}: {reason}.",
        IsSystem
            ? "Start its bus: systemctl start dbus.socket. In a container, mount the host's /run/dbus, or specify a "
                + "cgroup (SandboxLimits.ParentGroup)."
            : $"Start the user's manager (loginctl enable-linger, or log in; package dbus-user-session), and set "
                + $"XDG_RUNTIME_DIR to its directory, such as /run/user/{UserId}.");

    private string Remedy(string? errorName) => errorName switch
    {
        "org.freedesktop.DBus.Error.AccessDenied" or "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired" =>
            "Start the application from a systemd unit with Delegate=yes and DelegateSubgroup=host, or allow "
                + "org.freedesktop.systemd1.manage-units in polkit.",
        "org.freedesktop.DBus.Error.PropertyReadOnly" or "org.freedesktop.DBus.Error.UnknownProperty" =>
            "systemd 236 or newer is required.",
        _ => IsSystem ? "For details, run: journalctl -b -u init.scope." : "For details, run: journalctl --user -b.",
    };
}
