using System.Collections.Immutable;
using System.Formats.Tar;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>
/// Reads what a compiler left. The compiler ran what a stranger wrote, so it may be anything: only plain files are taken, into memory, and
/// they are only ever seen in the sandboxes of the same submission.
/// </summary>
internal static class Archive
{
    private const int MostFiles = 1000;

    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <exception cref="InvalidDataException">It is no archive, or has too many files or a name that leads elsewhere.</exception>
    public static ImmutableArray<FileEntry> Read(ReadOnlyMemory<byte> archive, string folder)
    {
        using MemoryStream stream = new(archive.ToArray(), writable: false);
        using TarReader reader = new(stream);
        Dictionary<string, FileEntry> files = new(StringComparer.Ordinal);
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.DataStream is null)
            {
                continue;
            }

            if (files.Count == MostFiles)
            {
                throw new InvalidDataException($"More than {MostFiles} files.");
            }

            string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
            if (name.Split('/').Any(part => part is "" or "." or ".."))
            {
                throw new InvalidDataException($"A file named '{name}'.");
            }

            using MemoryStream content = new();
            entry.DataStream.CopyTo(content);
            string target = $"{folder}/{name}";
            files[target] = new FileEntry(target, content.ToArray()) { Mode = Executable };
        }

        return [.. files.Values];
    }
}
