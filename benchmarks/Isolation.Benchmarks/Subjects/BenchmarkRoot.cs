namespace Isolation.Benchmarks.Subjects;

/// <summary>
/// Represents a small root file system in a temporary directory, with busybox as <c>bin/true</c>, <c>bin/sleep</c>,
/// <c>bin/cat</c> and <c>bin/setsid</c>.
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
        // CreateTempSubdirectory grants access only to the owner, but other sandbox programs use other ids.
        File.SetUnixFileMode(_directory.FullName, OpenToAll);
        Path = Make("root");
        foreach (string directory in (ReadOnlySpan<string>)["bin", "proc", "tmp", "data", "dev", "sys"])
        {
            Make($"root/{directory}");
        }

        // Copies instead of links, so that no contestant resolves a link.
        foreach (string program in (ReadOnlySpan<string>)["true", "sleep", "cat", "setsid"])
        {
            string file = ProgramPath(program);
            File.Copy(busybox, file);
            File.SetUnixFileMode(file, OpenToAll);
        }
    }

    /// <summary>Gets the absolute path of the root.</summary>
    public string Path { get; }

    /// <summary>Creates a directory next to the root, for files of the benchmarks themselves.</summary>
    public string Make(string name)
    {
        DirectoryInfo made = Directory.CreateDirectory(System.IO.Path.Combine(_directory.FullName, name));
        File.SetUnixFileMode(made.FullName, OpenToAll);
        return made.FullName;
    }

    /// <summary>Returns the path of a program on the host.</summary>
    public string ProgramPath(string name) => System.IO.Path.Combine(Path, "bin", name);

    /// <summary>Creates a text file of the specified size, in bytes, in the root's <c>data</c>.</summary>
    /// <returns>The path of the file in the sandbox.</returns>
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
            // A dynamically linked busybox does not run in a root without a loader.
            if (File.Exists(path) && !Elf.HasInterpreter(path))
            {
                return path;
            }
        }

        throw new InvalidOperationException(
            "The benchmarks require a statically linked busybox: install it (Debian: busybox-static).");
    }
}
