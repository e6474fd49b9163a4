using System.Globalization;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Contestants;

/// <summary>
/// Represents the same sandbox as a bundle for OCI runtimes. The bundle is prepared once; each run is a new container.
/// </summary>
internal sealed class OciBundle
{
    /// <summary>The note for the reader about OCI runtimes.</summary>
    internal const string Remark =
        "also creates /dev, as its specification requires; runs and deletes the container in one command";

    /// <summary>The default command.</summary>
    internal const string True = "/bin/true";

    private const string Configuration =
        """
        {
          "ociVersion": "1.0.2",
          "process": {
            "terminal": false,
            "user": { "uid": 1000, "gid": 1000 },
            "args": [ "/bin/true" ],
            "env": [ "PATH=/bin" ],
            "cwd": "/",
            "capabilities": { "bounding": [], "effective": [], "inheritable": [], "permitted": [], "ambient": [] },
            "noNewPrivileges": true
          },
          "root": { "path": "ROOT", "readonly": true },
          "hostname": "sandbox",
          "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc" },
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
              "options": [ "nosuid", "size=64k", "mode=755" ] },
            { "destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": [ "nosuid", "nodev", "size=16m" ] }
          ],
          "linux": {
            "uidMappings": [ { "containerID": 0, "hostID": 200000, "size": 65536 } ],
            "gidMappings": [ { "containerID": 0, "hostID": 200000, "size": 65536 } ],
            "namespaces": [
              { "type": "user" }, { "type": "mount" }, { "type": "pid" }, { "type": "network" },
              { "type": "ipc" }, { "type": "uts" }, { "type": "cgroup" }
            ]
          }
        }
        """;

    private readonly string _name;
    private readonly string _directory;
    private readonly string _state;
    private int _runs;

    /// <summary>The limits of <see cref="Subject.LimitedSpecification"/>.</summary>
    private const string Limits =
        """
        "resources": {
          "memory": { "limit": 268435456 },
          "cpu": { "quota": 100000, "period": 100000 },
          "pids": { "limit": 64 }
        },
        """;

    internal OciBundle(BenchmarkRoot root, string name, string program, string limits = "", string command = True)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new InvalidOperationException("compared only as root");
        }

        _name =
            $"{name}{(limits.Length == 0 ? "" : "-limited")}{(command == True ? "" : $"-{Path.GetFileName(command)}")}";
        Program = program;
        _directory = root.Make($"{_name}-bundle");
        _state = root.Make($"{_name}-state");
        File.WriteAllText(
            Path.Combine(_directory, "config.json"), Configuration.Replace("ROOT", root.Path, StringComparison.Ordinal)
            .Replace(True, command, StringComparison.Ordinal)
            .Replace("\"linux\": {", $"\"linux\": {{ {limits}", StringComparison.Ordinal));
    }

    internal string Program { get; }

    /// <summary>Creates a bundle with limits.</summary>
    internal static OciBundle WithLimits(BenchmarkRoot root, string name, string program, string command = True) =>
        new(root, name, program, Limits, command);

    /// <summary>Returns the arguments that run a new container and delete it.</summary>
    internal string[] NextRun() =>
    [
        "--root", _state, "run", "--bundle", _directory,
        string.Create(
            CultureInfo.InvariantCulture,
            $"benchmark-{_name}-{Environment.ProcessId}-{Interlocked.Increment(ref _runs)}"),
    ];
}
