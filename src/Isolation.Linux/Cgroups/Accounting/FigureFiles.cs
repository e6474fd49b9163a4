using System.Buffers;
using System.Text;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>
/// Reads the small files of cgroups and of /proc without allocating strings, because figures are read frequently and
/// for many sandboxes.
/// </summary>
internal readonly ref struct FigureFiles : IDisposable
{
    private const int LargestFile = 64 << 10;
    private const int LongestPath = 4096;

    private readonly byte[] _buffer;
    private readonly OpenFigures? _open;

    public FigureFiles()
        : this(null)
    {
    }

    /// <summary>Initializes a reader that uses and keeps open files.</summary>
    internal FigureFiles(OpenFigures? open)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(LargestFile + LongestPath);
        _open = open;
        open?.Restart();
    }

    /// <summary>
    /// Reads a file. The content is valid until the next read; it is empty if the file cannot be read, for example
    /// because the kernel does not provide it.
    /// </summary>
    internal ReadOnlySpan<byte> Read(string directory, ReadOnlySpan<byte> name)
    {
        if (_open is not null && _open.TryFind(directory, name, out int kept))
        {
            return Read(kept);
        }

        long file = Open(directory, name);
        bool isKept = _open is not null && _open.TryKeep(directory, name, file);
        ReadOnlySpan<byte> text = Read((int)file);
        if (file >= 0 && !isKept)
        {
            Kernel.close((int)file);
        }

        return text;
    }

    /// <summary>Reads a file that contains one number.</summary>
    internal long? ReadNumber(string directory, ReadOnlySpan<byte> name) => FigureText.Number(Read(directory, name));

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private long Open(string directory, ReadOnlySpan<byte> name)
    {
        Span<byte> path = _buffer.AsSpan(LargestFile, LongestPath);
        if (!Encoding.UTF8.TryGetBytes(directory, path, out int length) || length + name.Length + 2 > path.Length)
        {
            return -Errno.ENAMETOOLONG;
        }

        path[length] = (byte)'/';
        name.CopyTo(path[(length + 1)..]);
        path[length + 1 + name.Length] = 0;
        return Kernel.openat(Kernel.AtFdcwd, path, Kernel.ORdonly | Kernel.OCloexec);
    }

    /// <summary>Reads a file with one call, because the kernel returns such files as a whole.</summary>
    private ReadOnlySpan<byte> Read(int file)
    {
        long read = file < 0 ? 0 : Kernel.pread(file, _buffer.AsSpan(0, LargestFile));
        return read > 0 ? _buffer.AsSpan(0, (int)read) : [];
    }
}
