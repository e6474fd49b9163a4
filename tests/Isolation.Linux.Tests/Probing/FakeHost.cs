using Isolation.Linux.Host;
using Isolation.Linux.Probing;

namespace Isolation.Linux.Tests.Probing;

/// <summary>
/// Represents a fake host: a directory with its files, the answers of its kernel, and its write permissions. By
/// default, everything works for an ordinary user with subordinate ids.
/// </summary>
internal sealed class FakeHost : IKernelProbes, IDisposable
{
    public const uint UserId = 1500;

    private readonly string _root = Directory.CreateTempSubdirectory("isolation-host-").FullName;

    public FakeHost()
    {
        Write("/proc/sys/kernel/osrelease", "6.8.0-31-generic");
        foreach (string kind in (string[])["user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"])
        {
            Write($"/proc/self/ns/{kind}", "");
            Write($"/proc/sys/user/max_{kind}_namespaces", "63000");
        }

        Write("/proc/self/status", "Name:\tdotnet\nCapEff:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0");
        Write("/proc/self/uid_map", "         0          0 4294967295");
        Write("/proc/self/attr/current", "unconfined");
        Mounts(
            "24 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw", "25 24 0:22 / /proc rw,nosuid,nodev,noexec - proc proc rw");
        Write("/etc/passwd", "root:x:0:0::/root:/bin/sh\nada:x:1500:1500::/home/ada:/bin/sh");
        Write("/etc/subuid", "ada:100000:65536");
        Write("/etc/subgid", "ada:100000:65536");
        Install("newuidmap");
        Install("newgidmap");
    }

    public ProcessCredentials Facts { get; set; } = new()
    {
        UserId = UserId,
        GroupId = UserId,
        MayMount = false,
        MayMapAnyIds = false,
    };

    /// <summary>
    /// Gets the kernel's error for each kind of namespace; without an entry, the kernel creates the namespace.
    /// </summary>
    public Dictionary<Namespaces, int> Refusals { get; } = [];

    public int ProcRefusal { get; set; }

    public int ProcessesOnlyRefusal { get; set; }

    public int OverlayRefusal { get; set; }

    public int ReadOnlyRefusal { get; set; }

    public Dictionary<string, int> MappedRefusals { get; } = [];

    public bool RunsMemoryFiles { get; set; } = true;

    public LandlockSupport Landlock { get; set; } = new(7, 0);

    public HashSet<string> Writable { get; } = [];

    /// <summary>Gets the extended attributes by path and name.</summary>
    public Dictionary<(string Path, string Name), string> Attributes { get; } = [];

    /// <summary>Gets the number of trials.</summary>
    public int Trials { get; private set; }

    public HostFiles Files => new FakeFiles(_root, Writable, Attributes);

    public HostProbe Probe => new(
        Files, Facts, this, PlatformProbe.Find(Files, isLinux: true, System.Runtime.InteropServices.Architecture.X64));

    public IsolationSupport Support => Probe.Support;

    public FakeHost AsRoot()
    {
        Facts = new ProcessCredentials { UserId = 0, GroupId = 0, MayMount = true, MayMapAnyIds = true };
        return this;
    }

    public void Write(string path, string content)
    {
        string place = _root + path;
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllText(place, content + "\n");
    }

    public void Delete(string path) => File.Delete(_root + path);

    public void DeleteDirectory(string path) => Directory.Delete(_root + path, recursive: true);

    public void Mounts(params string[] lines) => Write("/proc/self/mountinfo", string.Join('\n', lines));

    public void Install(string program, bool setUserId = true)
    {
        string path = $"/usr/bin/{program}";
        Write(path, "");
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Usual = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            File.SetUnixFileMode(_root + path, setUserId ? Usual | UnixFileMode.SetUser : Usual);
        }
    }

    /// <summary>Adds a cgroup of v2 with its files.</summary>
    public void Group(
        string path, string controllers, string given = "", string processes = "", bool isRoot = false,
        bool isWritable = false)
    {
        Write($"{path}/cgroup.controllers", controllers);
        Write($"{path}/cgroup.subtree_control", given);
        Write($"{path}/cgroup.procs", processes);
        if (!isRoot)
        {
            Write($"{path}/cgroup.type", "domain");
        }

        if (isWritable)
        {
            Writable.Add(path);
            Writable.Add($"{path}/cgroup.subtree_control");
        }
    }

    public int TryNamespaces(Namespaces kinds)
    {
        Trials++;
        return Refusals.Where(refusal => kinds.HasFlag(refusal.Key)).Select(refusal => refusal.Value).FirstOrDefault();
    }

    public int TryProc(bool inUserNamespace, ProcContent content) =>
        content == ProcContent.Everything ? ProcRefusal : ProcessesOnlyRefusal;

    public int TryOverlay(bool inUserNamespace) => OverlayRefusal;

    public int TryRecursiveReadOnly(bool inUserNamespace) => ReadOnlyRefusal;

    public int TryMappedMount(string path) => MappedRefusals.GetValueOrDefault(path);

    public LandlockSupport FindLandlock() => Landlock;

    public bool TryMemoryFile(out string? refusal)
    {
        refusal = null;
        return RunsMemoryFiles;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    // Root may write anywhere in the directory that stands for the host, so a list specifies what the host allows.
    private sealed class FakeFiles(
        string root, HashSet<string> writable, Dictionary<(string Path, string Name), string> attributes)
        : HostFiles(root)
    {
        internal override bool MayWrite(string path) => writable.Contains(path);

        internal override string? ReadAttribute(string path, string name) => attributes.GetValueOrDefault((path, name));
    }
}
