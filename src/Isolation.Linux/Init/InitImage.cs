using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;


namespace Isolation.Linux.Init;

/// <summary>
/// The init image: written once per host process into a sealed memory file, from which the kernel executes every init,
/// and whose code the host maps to run launch programs itself. Nothing that is executed is ever writable.
/// </summary>
internal sealed unsafe class InitImage
{
    /// <summary>
    /// A program that its user may execute and not read is non-dumpable as soon as it is executed (execve(2)), so there
    /// is not even a moment before the first node. Where the user may read everything, that node does it.
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
            throw Errors.Create("map the walker's code", null, (int)-code);
        }

        _walk = (delegate* unmanaged<long, long>)(code + WalkerOffset);
        if (!isMappable)
        {
            Errors.Check(Kernel.fchmod(descriptor, ExecuteOnly), "make the init image unreadable", null);
        }
    }

    /// <summary>Gets the image of this process.</summary>
    internal static InitImage Current => Get(isMappable: false);

    /// <summary>
    /// Gets the image that stays dumpable until its first program, so that an ordinary user can write its id maps.
    /// </summary>
    internal static InitImage Mappable => Get(isMappable: true);

    /// <summary>The image as an open file; it stays open as long as the process lives.</summary>
    internal int Descriptor { get; }

    internal bool IsMemoryFile { get; }

    private static long WalkerOffset =>
        ElfImage.EntryAddress - ElfImage.CodeAddress + Walker.Assemble(
            Walker.Current.Entry((uint)ElfImage.DataAddress)).Length;

    private bool IsMappable { get; }

    /// <summary>
    /// Walks a program in memory of this process, which is to be hidden meanwhile. Returns what its return node holds.
    /// </summary>
    internal long Walk(long firstNode) => _walk(firstNode);

    /// <summary>Puts a file into the place of the memory file, for hosts that refuse to execute the latter.</summary>
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
        // MFD_EXEC is unknown before Linux 6.3 and needed where vm.memfd_noexec is 1.
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

        int descriptor = (int)Errors.Check(created, "create a memory file for the init image", null);
        Errors.Check(Kernel.write(descriptor, Content(isMappable)), "write the init image", null);
        Errors.Check(
            Kernel.fcntl(
                descriptor, Kernel.FAddSeals, Kernel.SealSeal | Kernel.SealShrink | Kernel.SealGrow | Kernel.SealWrite),
            "seal the init image",
            null);
        return new InitImage(isMappable, descriptor, true);
    }
}
