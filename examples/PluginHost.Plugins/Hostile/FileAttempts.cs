namespace Hostile;

/// <summary>Provides attempts to access files.</summary>
internal static class FileAttempts
{
    public static string WriteTemporary()
    {
        File.WriteAllText("/tmp/mine", "mine");
        return File.ReadAllText("/tmp/mine");
    }

    public static string List(params string[] directories) =>
        string.Join(' ', directories.SelectMany(Directory.EnumerateFileSystemEntries));

    public static string Write(string path)
    {
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.Write);
        return $"opened {path}";
    }

    /// <summary>Opens the first path that is readable.</summary>
    public static string Read(params string[] paths)
    {
        List<Exception> refusals = [];
        foreach (string path in paths)
        {
            try
            {
                using FileStream file = File.OpenRead(path);
                return $"opened {path}";
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                refusals.Add(exception);
            }
        }

        throw refusals[0];
    }
}
