namespace Isolation.Benchmarks.Subjects;

/// <summary>
/// A small root file system in a temporary directory: busybox as <c>bin/true</c>, <c>bin/sleep</c>, <c>bin/cat</c> and
/// <c>bin/setsid</c>.
/// </summary>
public sealed class BenchmarkRoot : IDisposable
{
    private const UnixFileMode OpenToAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _directory;

    public BenchmarkRoot()
    {
        string busybox = FindBusybox();
        _directory = Directory.CreateTempSubdirectory("isolation-benchmark-");
        // The directory is made for its owner only, but a peer enters it with other ids.
        File.SetUnixFileMode(_directory.FullName, OpenToAll);
        Path = Make("root");
        foreach (string directory in (ReadOnlySpan<string>)["bin", "proc", "tmp", "data", "dev", "sys"])
        {
            Make($"root/{directory}");
        }

        // Copies, not links: the path to a program is as short for everybody as it can be.
        foreach (string program in (ReadOnlySpan<string>)["true", "sleep", "cat", "setsid"])
        {
            string file = ProgramPath(program);
            File.Copy(busybox, file);
            File.SetUnixFileMode(file, OpenToAll);
        }
    }

    /// <summary>The root, an absolute path.</summary>
    public string Path { get; }

    /// <summary>A directory beside the root, for what the benchmarks themselves need.</summary>
    public string Make(string name)
    {
        DirectoryInfo made = Directory.CreateDirectory(System.IO.Path.Combine(_directory.FullName, name));
        File.SetUnixFileMode(made.FullName, OpenToAll);
        return made.FullName;
    }

    /// <summary>The path of a program on the host.</summary>
    public string ProgramPath(string name) => System.IO.Path.Combine(Path, "bin", name);

    /// <summary>Puts a file of that many bytes of text into the root's <c>data</c>.</summary>
    /// <returns>Its path inside.</returns>
    public string AddData(string name, int size)
    {
        byte[] line = [.. Enumerable.Repeat((byte)'x', 79), (byte)'\n'];
        using FileStream file = File.Create(System.IO.Path.Combine(Path, "data", name));
        for (int left = size; left > 0; left -= line.Length)
        {
            file.Write(line.AsSpan(0, Math.Min(left, line.Length)));
        }

        return $"/data/{name}";
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static string FindBusybox()
    {
        foreach (string path in (ReadOnlySpan<string>)["/bin/busybox", "/usr/bin/busybox"])
        {
            // A busybox that needs a loader does not run in a root that has none.
            if (File.Exists(path) && !Elf.HasInterpreter(path))
            {
                return path;
            }
        }

        throw new InvalidOperationException(
            "The benchmarks start a statically linked busybox; install one (Debian: busybox-static).");
    }
}
