using System.Globalization;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Contestants;

/// <summary>The same sandbox for a runtime of the Open Container Initiative. Prepared once; each run is a container of its own.</summary>
internal sealed class OciBundle
{
    /// <summary>What a reader has to know about such a runtime.</summary>
    internal const string Remark = "makes a /dev as well, which its specification demands; run and delete in one command";

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
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": [ "nosuid", "size=64k", "mode=755" ] },
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
    private readonly string _folder;
    private readonly string _state;
    private int _runs;

    internal OciBundle(BenchmarkRoot root, string name, string program)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new InvalidOperationException("compared as root only");
        }

        _name = name;
        Program = program;
        _folder = root.Make($"{name}-bundle");
        _state = root.Make($"{name}-state");
        File.WriteAllText(Path.Combine(_folder, "config.json"), Configuration.Replace("ROOT", root.Path, StringComparison.Ordinal));
    }

    internal string Program { get; }

    /// <summary>The arguments that run the container and delete it.</summary>
    internal string[] NextRun() =>
    [
        "--root", _state, "run", "--bundle", _folder,
        string.Create(CultureInfo.InvariantCulture, $"benchmark-{_name}-{Environment.ProcessId}-{++_runs}"),
    ];
}
