using System.Buffers;
using System.Globalization;
using System.Text;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Host;

/// <summary>The files of groups. What is not there, because a group is gone or a kernel is older, is null.</summary>
internal static class CgroupFiles
{
    private const int UsualSize = 4 << 10;

    /// <summary>Writes a value in one call, as the kernel wants it.</summary>
    /// <returns>0, or the negated error number.</returns>
    internal static long Write(string path, string value)
    {
        long file = Kernel.openat(Kernel.AtFdcwd, path, Kernel.OWronly | Kernel.OCloexec);
        if (file < 0)
        {
            return file;
        }

        long result = Kernel.write((int)file, Encoding.ASCII.GetBytes(value));
        Kernel.close((int)file);
        return Math.Min(result, 0);
    }

    /// <summary>A whole file, however long: the list of a group's processes has no bound.</summary>
    internal static string? Read(string path) => Read(path, Encoding.ASCII);

    /// <summary>A whole file, however long, in an encoding.</summary>
    internal static string? Read(string path, Encoding encoding)
    {
        long file = Kernel.openat(Kernel.AtFdcwd, path, Kernel.ORdonly | Kernel.OCloexec);
        if (file < 0)
        {
            return null;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(UsualSize);
        try
        {
            int length = 0;
            long read;
            while ((read = Kernel.read((int)file, buffer.AsSpan(length))) > 0)
            {
                length += (int)read;
                if (length == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(2 * length);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            // A process that ended after its file was opened.
            return read == -Errno.ESRCH ? null : encoding.GetString(buffer, 0, length);
        }
        finally
        {
            Kernel.close((int)file);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A file that holds one number.</summary>
    internal static long? ReadNumber(string path) =>
        long.TryParse(Read(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out long value) ? value : null;

    /// <summary>A line of a file of <c>name value</c> lines.</summary>
    internal static long? FindNumber(string? text, string name)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name) && line.Length > name.Length && line[name.Length] == ' '
                && long.TryParse(
                    line[(name.Length + 1)..], NumberStyles.Integer, CultureInfo.InvariantCulture, out long value))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The groups right below one.</summary>
    internal static string[] Children(string directory)
    {
        try
        {
            return Directory.GetDirectories(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>A group's directory with all below it, the deepest first.</summary>
    internal static IEnumerable<string> WithThoseBelow(string directory) =>
        Children(directory).SelectMany(WithThoseBelow).Append(directory);

    /// <summary>
    /// The processes of a group, without those of groups below it and without those of PID namespaces that this process
    /// does not see.
    /// </summary>
    internal static string[] Members(string directory) =>
        Read($"{directory}/cgroup.procs")?.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line != "0")
            .ToArray() ?? [];

    /// <summary>Removes a group with those below it. False while there are processes in them.</summary>
    internal static bool TryRemove(string directory)
    {
        foreach (string child in Children(directory))
        {
            TryRemove(child);
        }

        return Kernel.rmdir(directory) is 0 or -Errno.ENOENT;
    }
}
