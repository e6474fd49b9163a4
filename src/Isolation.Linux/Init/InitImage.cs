using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Init;

/// <summary>
/// Represents the init image, written once per application process into a sealed memory file. The kernel executes every
/// init from this file, and the application maps its code to run launch programs. Executable memory is never writable.
/// </summary>
internal sealed unsafe class InitImage
{
    /// <summary>
    /// The permissions of the image. A program that its user may execute but not read is non-dumpable from its
    /// execution on (execve(2)). For users who may read every file, the first node makes init non-dumpable.
    /// </summary>
    private const int ExecuteOnly = 0b001_001_001;

    private static readonly Lock Gate = new();
    private static readonly InitImage?[] Images = new InitImage?[2];

    private readonly delegate* unmanaged<long, long> _walk;

    private InitImage(bool isMappable, int descriptor, bool isMemoryFile)
    {
        IsMappable = isMappable;
        Descriptor = descriptor;
        IsMemoryFile = isMemoryFile;
        long code = Kernel.mmap(
            Environment.SystemPageSize, Kernel.ProtRead | Kernel.ProtExec, Kernel.MapPrivate, descriptor, 0);
        if (code < 0)
        {
            throw SandboxErrors.Create("map the walker's code", null, (int)-code);
        }

        _walk = (delegate* unmanaged<long, long>)(code + WalkerOffset);
        if (!isMappable)
        {
            SandboxErrors.Check(Kernel.fchmod(descriptor, ExecuteOnly), "make the init image unreadable", null);
        }
    }

    /// <summary>Gets the image of this process.</summary>
    internal static InitImage Current => Get(isMappable: false);

    /// <summary>
    /// Gets the image that stays dumpable until its first program, so that an ordinary user can write its id maps.
    /// </summary>
    internal static InitImage Mappable => Get(isMappable: true);

    /// <summary>Gets the file descriptor of the image. It stays open until the process ends.</summary>
    internal int Descriptor { get; }

    internal bool IsMemoryFile { get; }

    private static long WalkerOffset =>
        ElfImage.EntryAddress - ElfImage.CodeAddress + Walker.Assemble(
            Walker.Current.Entry((uint)ElfImage.DataAddress)).Length;

    private bool IsMappable { get; }

    /// <summary>
    /// Walks a program in memory of this process, which must be hidden meanwhile. Returns the value of the return node.
    /// </summary>
    internal long Walk(long firstNode) => _walk(firstNode);

    /// <summary>Replaces the memory file with a regular file, for hosts that refuse to execute memory files.</summary>
    internal InitImage UseFile()
    {
        lock (Gate)
        {
            ref InitImage? image = ref Images[IsMappable ? 1 : 0];
            return image is { IsMemoryFile: false } ? image : image = new InitImage(
                IsMappable, ImageFile.Create(Content(IsMappable)), false);
        }
    }

    private static InitImage Get(bool isMappable)
    {
        int index = isMappable ? 1 : 0;
        if (Volatile.Read(ref Images[index]) is { } image)
        {
            return image;
        }

        lock (Gate)
        {
            return Images[index] ??= Create(isMappable);
        }
    }

    private static byte[] Content(bool isMappable)
    {
        InitProgram program = InitProgram.Current;
        return ElfImage.Write(
            Walker.Current, program.Data, InitProgram.MemorySize,
            isMappable ? program.MappableFirstNode : program.FirstNode);
    }

    private static InitImage Create(bool isMappable)
    {
        // MFD_EXEC is unknown before Linux 6.3 and required if vm.memfd_noexec is 1.
        long created = Kernel.memfd_create(
            "isolation-init", Kernel.MfdCloexec | Kernel.MfdAllowSealing | Kernel.MfdExec);
        if (created == -Errno.EINVAL)
        {
            created = Kernel.memfd_create("isolation-init", Kernel.MfdCloexec | Kernel.MfdAllowSealing);
        }

        if (created is -Errno.EACCES or -Errno.EPERM)
        {
            return new InitImage(isMappable, ImageFile.Create(Content(isMappable)), false);
        }

        int descriptor = (int)SandboxErrors.Check(created, "create a memory file for the init image", null);
        SandboxErrors.Check(Kernel.write(descriptor, Content(isMappable)), "write the init image", null);
        SandboxErrors.Check(
            Kernel.fcntl(
                descriptor, Kernel.FAddSeals, Kernel.SealSeal | Kernel.SealShrink | Kernel.SealGrow | Kernel.SealWrite),
            "seal the init image",
            null);
        return new InitImage(isMappable, descriptor, true);
    }
}
