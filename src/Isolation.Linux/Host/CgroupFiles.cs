using System.Buffers;
using System.Globalization;
using System.Text;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Host;

/// <summary>
/// Reads and writes the files of cgroups. Files that do not exist, for example on older kernels, read as null.
/// </summary>
internal static class CgroupFiles
{
    private const int UsualSize = 4 << 10;

    /// <summary>Writes a value with a single call, as the kernel requires.</summary>
    /// <returns>0 on success; otherwise the negated error number.</returns>
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

    /// <summary>Reads a whole file of any length; a cgroup's list of processes is unbounded.</summary>
    internal static string? Read(string path) => Read(path, Encoding.ASCII);

    /// <summary>Reads a whole file of any length in an encoding.</summary>
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

            // The process ended after its file was opened.
            return read == -Errno.ESRCH ? null : encoding.GetString(buffer, 0, length);
        }
        finally
        {
            Kernel.close((int)file);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads a file that contains one number.</summary>
    internal static long? ReadNumber(string path) =>
        long.TryParse(Read(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out long value) ? value : null;

    /// <summary>Finds a number in a file of <c>name value</c> lines.</summary>
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

    /// <summary>Gets the child cgroups of a cgroup.</summary>
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

    /// <summary>Gets a cgroup's directory and those of its descendants, deepest first.</summary>
    internal static IEnumerable<string> WithThoseBelow(string directory) =>
        Children(directory).SelectMany(WithThoseBelow).Append(directory);

    /// <summary>
    /// Gets the processes in a cgroup, without those in its descendants and those in PID namespaces that are invisible
    /// to this process.
    /// </summary>
    internal static string[] Members(string directory) =>
        Read($"{directory}/cgroup.procs")?.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line != "0")
            .ToArray() ?? [];

    /// <summary>
    /// Removes a cgroup and its descendants. Returns <see langword="false"/> while they contain processes.
    /// </summary>
    internal static bool TryRemove(string directory)
    {
        foreach (string child in Children(directory))
        {
            TryRemove(child);
        }

        return Kernel.rmdir(directory) is 0 or -Errno.ENOENT;
    }
}
