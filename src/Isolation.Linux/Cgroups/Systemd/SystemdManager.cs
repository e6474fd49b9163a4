using System.Globalization;
using Isolation.Linux.Hints;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>
/// The manager of systemd that gives scopes to this process: the system's for root, else the user's own. See
/// org.freedesktop.systemd1(5) and "Control Group APIs and Delegation" of systemd.
/// </summary>
/// <param name="UserId">Whose manager it is; 0 for the system's.</param>
/// <param name="Addresses">Where it can be called, best first.</param>
internal sealed record SystemdManager(uint UserId, IReadOnlyList<BusAddress> Addresses)
{
    /// <summary>
    /// How long systemd may take in all. It starts a scope in milliseconds, on a busy machine in some seconds.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly BusMethod StartTransientUnit = new(
        "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
        "StartTransientUnit");

    /// <summary>
    /// The errors of a bus on which nobody plays systemd's part, as on one that <c>dbus-run-session</c> made.
    /// </summary>
    private static readonly string[] NobodyThere =
        ["org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
            "org.freedesktop.DBus.Error.Spawn.ChildExited"];

    private bool IsSystem => UserId == 0;

    /// <summary>The manager of a user; null where systemd does not manage the host that this process sees.</summary>
    internal static SystemdManager? Find(HostFiles files, uint userId, Func<string, string?> environment)
    {
        // It is told numbers of processes, so it must be of the same PID namespace: then it is the first process there.
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
    /// Whether processes can be moved between a group and a scope of this manager's. An ordinary user needs the right
    /// to write to what is above both, and that is root's unless both are below the group of the user's manager.
    /// </summary>
    internal bool Reaches(string group) =>
        IsSystem || group.Split('/').Contains(string.Create(CultureInfo.InvariantCulture, $"user@{UserId}.service"));

    /// <summary>Whether anything is there that could be called.</summary>
    internal Obstacle? FindObstacle(HostFiles files) =>
        Addresses.Any(address => address.Path.StartsWith('\0') || files.Exists(address.Path))
            ? null
            : Unreachable("none of these exists");

    /// <summary>
    /// Starts a scope with a process in it, whose groups systemd leaves to this process, and waits until it is up.
    /// </summary>
    /// <returns>Null, or why there is no scope.</returns>
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
                    // Not asked again elsewhere: it may have been done all the same.
                    string error = exception.ErrorName is null ? "" : $"{exception.ErrorName}: ";
                    return new Obstacle(
                        $"systemd did not give the scope {name}: {error}{exception.Message.TrimEnd('.')}.",
                        Remedy(exception.ErrorName));
                }
            }
        }

        return Unreachable(last?.Message.TrimEnd('.') ?? "there is no address");
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
                $"See what it says: journalctl -u {name}.");
    }

    private Obstacle Unreachable(string reason) => new(
        $"systemd does not answer at {string.Join(" or ", Addresses)}: {reason}.",
        IsSystem
            ? "Start its bus: systemctl start dbus.socket. In a container, let it see the host's /run/dbus, or name a "
                + "group (SandboxLimits.ParentGroup)."
            : $"Start the user's manager (loginctl enable-linger, or log in; package dbus-user-session), and let "
                + $"XDG_RUNTIME_DIR name its directory, such as /run/user/{UserId}.");

    private string Remedy(string? errorName) => errorName switch
    {
        "org.freedesktop.DBus.Error.AccessDenied" or "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired" =>
            "Let a unit of systemd start the host with Delegate=yes and DelegateSubgroup=host, or allow "
                + "org.freedesktop.systemd1.manage-units in polkit.",
        "org.freedesktop.DBus.Error.PropertyReadOnly" or "org.freedesktop.DBus.Error.UnknownProperty" =>
            "systemd 236 or newer is needed.",
        _ => IsSystem ? "See what it says: journalctl -b -u init.scope." : "See what it says: journalctl --user -b.",
    };
}
