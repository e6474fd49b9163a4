using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Launching;

/// <summary>
/// The init image: written once per host process into a sealed memory file, from which the kernel executes every init,
/// and whose code the host maps to run launch programs itself. Nothing that is executed is ever writable.
/// </summary>
internal sealed unsafe class InitImage
{
    private static readonly Lock Gate = new();
    private static InitImage? _current;

    private readonly delegate* unmanaged<long, long> _walk;

    private InitImage(int descriptor, bool isMemoryFile)
    {
        Descriptor = descriptor;
        IsMemoryFile = isMemoryFile;
        long code = Kernel.mmap(Environment.SystemPageSize, Kernel.ProtRead | Kernel.ProtExec, Kernel.MapPrivate, descriptor, 0);
        if (code < 0)
        {
            throw Errors.Create("map the walker's code", null, (int)-code);
        }

        _walk = (delegate* unmanaged<long, long>)(code + WalkerOffset);
    }

    private static long WalkerOffset =>
        ElfImage.EntryAddress - ElfImage.CodeAddress + Walker.Assemble(Walker.Current.Entry((uint)ElfImage.DataAddress)).Length;

    /// <summary>The image of this process.</summary>
    internal static InitImage Current
    {
        get
        {
            if (Volatile.Read(ref _current) is { } image)
            {
                return image;
            }

            lock (Gate)
            {
                return _current ??= Create();
            }
        }
    }

    /// <summary>The image as an open file; it stays open as long as the process lives.</summary>
    internal int Descriptor { get; }

    internal bool IsMemoryFile { get; }

    /// <summary>Walks a program in memory of this process. Returns what its return node holds.</summary>
    internal long Walk(long firstNode) => _walk(firstNode);

    /// <summary>Puts a file into the place of the memory file, for hosts that refuse to execute the latter.</summary>
    internal static InitImage UseFile()
    {
        lock (Gate)
        {
            return _current is { IsMemoryFile: false } file ? file : _current = new InitImage(ImageFile.Create(Content()), false);
        }
    }

    private static byte[] Content()
    {
        InitProgram program = InitProgram.Current;
        return ElfImage.Write(Walker.Current, program.Data, InitProgram.MemorySize, program.FirstNode);
    }

    private static InitImage Create()
    {
        // MFD_EXEC is unknown before Linux 6.3 and needed where vm.memfd_noexec is 1.
        long created = Kernel.memfd_create("isolation-init", Kernel.MfdCloexec | Kernel.MfdAllowSealing | Kernel.MfdExec);
        if (created == -Errno.EINVAL)
        {
            created = Kernel.memfd_create("isolation-init", Kernel.MfdCloexec | Kernel.MfdAllowSealing);
        }

        if (created is -Errno.EACCES or -Errno.EPERM)
        {
            return new InitImage(ImageFile.Create(Content()), false);
        }

        int descriptor = (int)Errors.Check(created, "create a memory file for the init image", null);
        Errors.Check(Kernel.write(descriptor, Content()), "write the init image", null);
        Errors.Check(
            Kernel.fcntl(descriptor, Kernel.FAddSeals, Kernel.SealSeal | Kernel.SealShrink | Kernel.SealGrow | Kernel.SealWrite),
            "seal the init image",
            null);
        return new InitImage(descriptor, true);
    }
}
