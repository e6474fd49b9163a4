using System.Buffers;
using System.Text;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Counting;

/// <summary>
/// Reads the small files of groups and of /proc without making a string of anything: figures are asked for again and again, of many sandboxes.
/// A file is opened for each reading. To keep it open would be about four times as fast and cost a dozen descriptors for each sandbox.
/// </summary>
internal readonly ref struct FigureFiles : IDisposable
{
    private const int LargestFile = 64 << 10;
    private const int LongestPath = 4096;

    private readonly byte[] _buffer;

    public FigureFiles() => _buffer = ArrayPool<byte>.Shared.Rent(LargestFile + LongestPath);

    /// <summary>What a file holds, until the next one is read; empty if it cannot be read, because a kernel or a group does not have it.</summary>
    internal ReadOnlySpan<byte> Read(string folder, ReadOnlySpan<byte> name)
    {
        Span<byte> path = _buffer.AsSpan(LargestFile, LongestPath);
        if (!Encoding.UTF8.TryGetBytes(folder, path, out int length) || length + name.Length + 2 > path.Length)
        {
            return [];
        }

        path[length] = (byte)'/';
        name.CopyTo(path[(length + 1)..]);
        path[length + 1 + name.Length] = 0;
        long file = Kernel.openat(Kernel.AtFdcwd, path, Kernel.ORdonly | Kernel.OCloexec);
        if (file < 0)
        {
            return [];
        }

        // The kernel writes such a file as a whole, so what comes first is all of it.
        long read = Kernel.read((int)file, _buffer.AsSpan(0, LargestFile));
        Kernel.close((int)file);
        return read > 0 ? _buffer.AsSpan(0, (int)read) : [];
    }

    /// <summary>A file that holds one number.</summary>
    internal long? ReadNumber(string folder, ReadOnlySpan<byte> name) => FigureText.Number(Read(folder, name));

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
