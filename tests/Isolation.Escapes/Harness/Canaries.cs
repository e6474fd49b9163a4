using System.Net;
using System.Net.Sockets;

namespace Isolation.Escapes.Harness;

/// <summary>Represents state of the host that must not change during an attack on a sandbox.</summary>
internal sealed class Canaries : IDisposable
{
    private static readonly string[] Switches =
    [
        "kernel/core_pattern", "kernel/modprobe", "kernel/hostname", "kernel/domainname", "kernel/sysrq",
        "kernel/randomize_va_space",
        "kernel/panic", "kernel/pid_max", "kernel/poweroff_cmd", "kernel/hotplug", "kernel/unprivileged_bpf_disabled",
        "kernel/shmmax",
        "kernel/threads-max", "fs/file-max", "fs/suid_dumpable", "fs/protected_symlinks", "fs/mqueue/queues_max",
        "net/ipv4/ip_forward", "user/max_user_namespaces", "vm/overcommit_memory", "vm/drop_caches",
    ];

    private readonly Ground _ground;
    private readonly Dictionary<string, string> _switches;
    private readonly string _mounts;
    private readonly string _files;
    private readonly string _groups = ReadOrNothing("/proc/self/cgroup");
    private readonly TcpListener _port = new(IPAddress.Loopback, 0);
    private readonly Socket _abstract = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    internal Canaries(Ground ground)
    {
        _ground = ground;
        _switches = Switches.ToDictionary(name => name, name => ReadOrNothing("/proc/sys/" + name));
        _files = Files();
        _mounts = Mounts();
        _port.Start();
        AbstractName = Path.GetFileName(ground.Directory);
        _abstract.Bind(new UnixDomainSocketEndPoint("\0" + AbstractName));
        _abstract.Listen(8);
    }

    /// <summary>Gets a listening port on the host's loopback.</summary>
    internal int Port => ((IPEndPoint)_port.LocalEndpoint).Port;

    /// <summary>Gets the name of a listening abstract socket of the host.</summary>
    internal string AbstractName { get; }

    /// <summary>Gets the parts that have changed.</summary>
    internal IReadOnlyList<string> FindHarm()
    {
        List<string> harm = [];
        Check(harm, "the secret file", ReadOrNothing(_ground.SecretFile) == Ground.Secret);
        Check(harm, "the files beside it", Files() == _files);
        Check(harm, "the victim", _ground.IsVictimUnharmed());
        Check(harm, "the port", !_port.Pending());
        Check(harm, "the abstract socket", !_abstract.Poll(0, SelectMode.SelectRead));
        Check(harm, "the mounts", Mounts() == _mounts);
        Check(harm, "the control groups of the host", ReadOrNothing("/proc/self/cgroup") == _groups);
        foreach ((string name, string value) in _switches)
        {
            Check(harm, name, ReadOrNothing("/proc/sys/" + name) == value);
        }

        return harm;
    }

    public void Dispose()
    {
        _port.Dispose();
        _abstract.Dispose();
    }

    private static void Check(List<string> harm, string what, bool isUnharmed)
    {
        if (!isUnharmed)
        {
            harm.Add(what);
        }
    }

    // Only mounts at these paths and below the ground count, because other processes mount on the same machine.
    private string Mounts() => string.Join('\n', File.ReadLines("/proc/self/mountinfo")
        .Select(line => line.Split(' '))
        .Where(fields => fields[4] is "/" or "/proc" or "/sys" or "/dev" or "/tmp" or "/usr"
            || fields[4].StartsWith(_ground.Directory, StringComparison.Ordinal))
        .Select(fields => string.Join(' ', fields[2..6])));

    private static string ReadOrNothing(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.GetType().Name;
        }
    }

    // Excludes the files of the payloads and the files that are shared with them on purpose.
    private string Files() => string.Join('\n', Directory.EnumerateFileSystemEntries(_ground.Directory)
        .Order(StringComparer.Ordinal)
        .Select(path => $"{path} {File.GetUnixFileMode(path)} {new FileInfo(path).LinkTarget}"));
}
