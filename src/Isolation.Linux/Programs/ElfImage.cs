using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Programs;

/// <summary>
/// Writes the smallest static executable that runs a system-call program as a process of its own: the walker in a
/// segment that is never writable, the program in one that is never executable. See <c>docs/walker.md</c>.
/// </summary>
internal static class ElfImage
{
    /// <summary>Where the ELF header, the program headers and the code are mapped.</summary>
    public const long CodeAddress = 0x400000;

    /// <summary>
    /// Where the data is mapped: the same distance from a multiple of 64 KiB as in the file, since arm64 has pages of
    /// that size, and a page behind the start of the file, so that with pages of 4 KiB none is both code and data.
    /// </summary>
    public const long DataAddress = CodeAddress + Alignment + DataOffset;

    private const int DataOffset = 0x1000;
    private const int Alignment = 0x10000;
    private const int SegmentCount = 3;

    // From elf.h.
    private const ushort ET_EXEC = 2;
    private const ushort EM_X86_64 = 62;
    private const ushort EM_AARCH64 = 183;
    private const uint PT_LOAD = 1;
    private const uint PT_GNU_STACK = 0x6474E551;
    private const uint PF_X = 1;
    private const uint PF_W = 2;
    private const uint PF_R = 4;

    /// <summary>Where the kernel starts the image.</summary>
    public static unsafe long EntryAddress => CodeAddress + sizeof(FileHeader) + (SegmentCount * sizeof(SegmentHeader));

    /// <summary>Makes the image.</summary>
    /// <param name="walker">The walker of the architecture that the image is for.</param>
    /// <param name="data">What lies at <see cref="DataAddress"/> when the image starts; not empty.</param>
    /// <param name="memorySize">The bytes to have there; those behind <paramref name="data"/> are zero.</param>
    /// <param name="firstNodeAddress">The node to start with: an address in the data.</param>
    public static unsafe byte[] Write(Walker walker, ReadOnlySpan<byte> data, long memorySize, long firstNodeAddress)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memorySize, data.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(firstNodeAddress, DataAddress);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstNodeAddress, DataAddress + data.Length - Node.Size);

        ImmutableArray<byte> entry = Walker.Assemble(walker.Entry(checked((uint)firstNodeAddress)));
        int codeOffset = (int)(EntryAddress - CodeAddress);
        long codeEnd = codeOffset + entry.Length + walker.Code.Length;

        byte[] image = new byte[DataOffset + data.Length];
        MemoryMarshal.Write(image, new FileHeader
        {
            Magic = 0x464C457F, // \x7fELF
            Class = 2, // 64 bits
            Encoding = 1, // little-endian
            IdentificationVersion = 1,
            Type = ET_EXEC,
            Machine = walker.Architecture == Architecture.Arm64 ? EM_AARCH64 : EM_X86_64,
            Version = 1,
            Entry = EntryAddress,
            SegmentHeadersOffset = sizeof(FileHeader),
            HeaderSize = (ushort)sizeof(FileHeader),
            SegmentHeaderSize = (ushort)sizeof(SegmentHeader),
            SegmentHeaderCount = SegmentCount,
        });

        Span<SegmentHeader> segments = MemoryMarshal.Cast<byte, SegmentHeader>(image.AsSpan(sizeof(FileHeader)));
        segments[0] = new()
        {
            Type = PT_LOAD,
            Flags = PF_R | PF_X,
            Address = CodeAddress,
            PhysicalAddress = CodeAddress,
            FileSize = codeEnd,
            MemorySize = codeEnd,
            Alignment = Alignment,
        };
        segments[1] = new()
        {
            Type = PT_LOAD,
            Flags = PF_R | PF_W,
            Offset = DataOffset,
            Address = DataAddress,
            PhysicalAddress = DataAddress,
            FileSize = data.Length,
            MemorySize = memorySize,
            Alignment = Alignment,
        };

        // Without this header the kernel makes the stack executable.
        segments[2] = new() { Type = PT_GNU_STACK, Flags = PF_R | PF_W };

        entry.CopyTo(image, codeOffset);
        walker.Code.CopyTo(image, codeOffset + entry.Length);
        data.CopyTo(image.AsSpan(DataOffset));
        return image;
    }

    // Fields that stay zero are there for the layout.
#pragma warning disable CS0649

    // Elf64_Ehdr.
    private struct FileHeader
    {
        public uint Magic;
        public byte Class;
        public byte Encoding;
        public byte IdentificationVersion;
        public byte Abi;
        public ulong Padding;
        public ushort Type;
        public ushort Machine;
        public uint Version;
        public long Entry;
        public long SegmentHeadersOffset;
        public long SectionHeadersOffset;
        public uint Flags;
        public ushort HeaderSize;
        public ushort SegmentHeaderSize;
        public ushort SegmentHeaderCount;
        public ushort SectionHeaderSize;
        public ushort SectionHeaderCount;
        public ushort SectionNamesIndex;
    }

    // Elf64_Phdr.
    private struct SegmentHeader
    {
        public uint Type;
        public uint Flags;
        public long Offset;
        public long Address;
        public long PhysicalAddress;
        public long FileSize;
        public long MemorySize;
        public long Alignment;
    }

#pragma warning restore CS0649
}
