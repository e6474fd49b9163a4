using System.Collections.Immutable;
using System.Formats.Tar;
using System.Runtime.InteropServices;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>Reads the archive with the output of a compiler.</summary>
/// <remarks>
/// The archive is untrusted, because the compiler processes untrusted source code. Only regular files are read, into
/// memory, and they are passed only to sandboxes of the same submission.
/// </remarks>
internal static class Archive
{
    private const int MostFiles = 1000;

    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <exception cref="InvalidDataException">The archive is invalid, has too many files, or has a file name that leads
    /// outside the directory.</exception>
    public static ImmutableArray<FileEntry> Read(ReadOnlyMemory<byte> archive, string directory)
    {
        ArraySegment<byte> bytes = MemoryMarshal.TryGetArray(archive, out ArraySegment<byte> there)
            ? there
            : archive.ToArray();
        using MemoryStream stream = new(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        using TarReader reader = new(stream);
        Dictionary<string, FileEntry> files = new(StringComparer.Ordinal);
        try
        {
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                {
                    continue;
                }

                if (files.Count == MostFiles)
                {
                    throw new InvalidDataException($"The archive has more than {MostFiles} files.");
                }

                string target = $"{directory}/{CheckName(entry.Name)}";
                files[target] = new FileEntry(target, ReadContent(entry, archive.Length)) { Mode = Executable };
            }
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException("The archive is truncated.", exception);
        }

        return [.. files.Values];
    }

    private static string CheckName(string name)
    {
        string inside = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        return inside.Split('/').Any(part => part is "" or "." or "..")
            ? throw new InvalidDataException($"The archive has a file with the invalid name '{name}'.")
            : inside;
    }

    private static byte[] ReadContent(TarEntry entry, int most)
    {
        if (entry.Length > most)
        {
            throw new InvalidDataException("The archive has a file that is larger than the archive.");
        }

        byte[] content = new byte[entry.Length];
        entry.DataStream?.ReadExactly(content);
        return content;
    }
}
