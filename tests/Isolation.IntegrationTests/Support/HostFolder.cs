namespace Isolation.IntegrationTests.Support;

/// <summary>A folder of the host that is gone after the test. Everybody may write to it.</summary>
internal sealed class HostFolder : IDisposable
{
    internal const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    internal HostFolder()
    {
        Path = Directory.CreateTempSubdirectory("isolation-test-").FullName;
        File.SetUnixFileMode(Path, Everybody);
    }

    internal string Path { get; }

    internal string At(string name) => System.IO.Path.Combine(Path, name);

    internal string Write(string name, string content)
    {
        string path = At(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    internal string Folder(string name)
    {
        string path = Directory.CreateDirectory(At(name)).FullName;
        File.SetUnixFileMode(path, Everybody);
        return path;
    }

    internal string Read(string name) => File.ReadAllText(At(name));

    internal bool Has(string name) => System.IO.Path.Exists(At(name));

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException or ArgumentException)
        {
            // What a payload made under an id of its own, only that id may remove; overlayfs leaves such a folder too.
            // And System.IO has no
            // names that are not UTF-8.
            HostProgram.TryRun("rm", "-rf", Path);
        }
    }
}
