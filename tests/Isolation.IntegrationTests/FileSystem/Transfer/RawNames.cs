using Isolation.IntegrationTests.Support;
using Isolation.Linux.FileSystem.Transfer;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.IntegrationTests.FileSystem.Transfer;

/// <summary>Directories of the host whose names are bytes, of any depth, which System.IO cannot have.</summary>
internal static class RawNames
{
    /// <summary>Lists all that is below a directory: paths in hexadecimal digits, with the content of files.</summary>
    internal static SortedDictionary<string, string> List(string path)
    {
        using SafeFileHandle directory = HostDescriptor.OfDirectory(path);
        SortedDictionary<string, string> found = new(StringComparer.Ordinal);
        Add((int)directory.DangerousGetHandle(), "", found);
        return found;
    }

    /// <summary>Makes a directory in each other, each with this name, and a file in the last.</summary>
    internal static void MakeDeep(string path, int depth, ReadOnlySpan<byte> name, string content)
    {
        SafeFileHandle directory = HostDescriptor.OfDirectory(path);
        FileName each = new(name);
        for (int i = 0; i < depth; i++)
        {
            int above = (int)directory.DangerousGetHandle();
            Assert.That(Kernel.mkdirat(above, each.Terminated, 0b111_111_101), Is.Zero);
            SafeFileHandle next = Open(above, each, Kernel.ORdonly | Kernel.ODirectory);
            directory.Dispose();
            directory = next;
        }

        Write((int)directory.DangerousGetHandle(), name, content);
        directory.Dispose();
    }

    internal static void Write(string path, ReadOnlySpan<byte> name, string content)
    {
        using SafeFileHandle directory = HostDescriptor.OfDirectory(path);
        Write((int)directory.DangerousGetHandle(), name, content);
    }

    private static void Write(int directory, ReadOnlySpan<byte> name, string content)
    {
        long file = Kernel.openat(
            directory, new FileName(name).Terminated, Kernel.OWronly | Kernel.OCreat | Kernel.OExcl, 0b110_100_100);
        Assert.That(file, Is.GreaterThanOrEqualTo(0));
        Kernel.write((int)file, System.Text.Encoding.UTF8.GetBytes(content));
        Kernel.close((int)file);
    }

    private static void Add(int directory, string above, SortedDictionary<string, string> found)
    {
        DirectoryReader reader = new(directory);
        while (reader.TryRead(out FileName name))
        {
            string path = $"{above}/{Convert.ToHexStringLower(name.Bytes)}";
            using SafeFileHandle entry = Open(directory, name, Kernel.ORdonly | Kernel.ONonblock);
            int number = (int)entry.DangerousGetHandle();
            Kernel.statx(number, out FileStatus status);
            if (status.Type == Kernel.DirectoryFile)
            {
                found[path] = "";
                Add(number, path, found);
            }
            else
            {
                byte[] content = new byte[status.Size];
                Kernel.read(number, content);
                found[path] = System.Text.Encoding.UTF8.GetString(content);
            }
        }
    }

    private static SafeFileHandle Open(int directory, FileName name, int flags)
    {
        long opened = Kernel.openat(directory, name.Terminated, flags | Kernel.OCloexec);
        Assert.That(opened, Is.GreaterThanOrEqualTo(0), $"{name}");
        return new SafeFileHandle((int)opened, ownsHandle: true);
    }
}
