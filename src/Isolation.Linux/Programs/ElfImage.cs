using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Programs;

/// <summary>
/// Writes the smallest static executable that runs a system-call program as its own process: the walker in a segment
/// that is never writable, the program in a segment that is never executable. See <c>docs/walker.md</c>.
/// </summary>
internal static class ElfImage
{
    /// <summary>The address of the ELF header, the program headers and the code.</summary>
    public const long CodeAddress = 0x400000;

    /// <summary>
    /// The address of the data. Its offset from a multiple of 64 KiB, the largest page size of arm64, equals its offset
    /// in the file. It is one page past the start of the file, so that no 4 KiB page holds both code and data.
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

    /// <summary>Gets the address at which the kernel starts the image.</summary>
    public static unsafe long EntryAddress => CodeAddress + sizeof(FileHeader) + (SegmentCount * sizeof(SegmentHeader));

    /// <summary>Creates the image.</summary>
    /// <param name="walker">The walker for the architecture of the image.</param>
    /// <param name="data">The data at <see cref="DataAddress"/> when the image starts; not empty.</param>
    /// <param name="memorySize">
    /// The size of the data segment in bytes; bytes past <paramref name="data"/> are zero.
    /// </param>
    /// <param name="firstNodeAddress">The address of the first node, within the data.</param>
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

        // Without this header, the kernel makes the stack executable.
        segments[2] = new() { Type = PT_GNU_STACK, Flags = PF_R | PF_W };

        entry.CopyTo(image, codeOffset);
        walker.Code.CopyTo(image, codeOffset + entry.Length);
        data.CopyTo(image.AsSpan(DataOffset));
        return image;
    }

    // Fields that stay zero exist for the layout.
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
