namespace Isolation.IntegrationTests.Support;

/// <summary>A directory of the host that is gone after the test. By default, everybody may write to it.</summary>
internal sealed class HostDirectory : IDisposable
{
    internal const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    internal const UnixFileMode Private = (UnixFileMode)0b111_000_000;

    internal HostDirectory(UnixFileMode mode = Everybody)
    {
        Path = System.IO.Directory.CreateTempSubdirectory("isolation-test-").FullName;
        File.SetUnixFileMode(Path, mode);
    }

    internal string Path { get; }

    internal string At(string name) => System.IO.Path.Combine(Path, name);

    internal string Write(string name, string content)
    {
        string path = At(name);
        System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    internal string Directory(string name)
    {
        string path = System.IO.Directory.CreateDirectory(At(name)).FullName;
        File.SetUnixFileMode(path, Everybody);
        return path;
    }

    internal string Read(string name) => File.ReadAllText(At(name));

    internal bool Has(string name) => System.IO.Path.Exists(At(name));

    public void Dispose()
    {
        try
        {
            System.IO.Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException or ArgumentException)
        {
            // A file that a payload created under an ID of its own can be removed only by that ID; overlayfs leaves
            // such a directory too. Also, System.IO does not support names that are not UTF-8.
            HostProgram.TryRun("rm", "-rf", Path);
        }
    }
}
