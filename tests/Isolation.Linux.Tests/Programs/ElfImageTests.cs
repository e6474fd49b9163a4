using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Isolation.Linux.Programs;
using Isolation.TestSupport;

namespace Isolation.Linux.Tests.Programs;

[SupportedOSPlatform("linux")]
public sealed class ElfImageTests
{
    private const int DataOffset = 0x1000;

    private static readonly Architecture[] Architectures = [Architecture.X64, Architecture.Arm64];

    // The offsets and values are from elf(5).
    [TestCase(Architecture.X64, 62)]
    [TestCase(Architecture.Arm64, 183)]
    public void Header_is_of_a_static_executable(Architecture architecture, int machine)
    {
        byte[] image = Image(architecture);

        Assert.That(image[..4], Is.EqualTo("\x7F\x45LF"u8.ToArray()));
        Assert.That(image[4..16], Is.EqualTo(new byte[] { 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.That(Half(image, 16), Is.EqualTo(2), "e_type: ET_EXEC");
        Assert.That(Half(image, 18), Is.EqualTo(machine), "e_machine");
        Assert.That(Word(image, 20), Is.EqualTo(1), "e_version");
        Assert.That(Long(image, 24), Is.EqualTo(ElfImage.EntryAddress), "e_entry");
        Assert.That(Long(image, 32), Is.EqualTo(64), "e_phoff");
        Assert.That(Long(image, 40), Is.Zero, "e_shoff");
        Assert.That(Word(image, 48), Is.Zero, "e_flags");
        Assert.That(Half(image, 52), Is.EqualTo(64), "e_ehsize");
        Assert.That(Half(image, 54), Is.EqualTo(56), "e_phentsize");
        Assert.That(Half(image, 56), Is.EqualTo(3), "e_phnum");
        Assert.That((Half(image, 58), Half(image, 60), Half(image, 62)), Is.EqualTo((0, 0, 0)), "sections");
    }

    [TestCaseSource(nameof(Architectures))]
    public void Nothing_is_writable_and_executable(Architecture architecture)
    {
        byte[] image = Image(architecture);
        int code = Listing.OfImage(Walker.For(architecture)).Code.Length;

        Assert.That(Segment(image, 0), Is.EqualTo((1, 5, 0L, 0x400000L, 232L + code, 232L + code)), "PT_LOAD, R-X");
        Assert.That(Segment(image, 1), Is.EqualTo((1, 6, 0x1000L, ElfImage.DataAddress, 96L, 4096L)), "PT_LOAD, RW-");
        Assert.That(Segment(image, 2), Is.EqualTo((0x6474E551, 6, 0L, 0L, 0L, 0L)), "PT_GNU_STACK, RW-");
    }

    [TestCase(0x1000)]
    [TestCase(0x4000)]
    [TestCase(0x10000)]
    public void Pages_of_any_size_can_be_mapped(int pageSize)
    {
        byte[] image = Image(Architecture.Arm64);
        for (int segment = 0; segment < 2; segment++)
        {
            (_, _, long offset, long address, _, _) = Segment(image, segment);
            Assert.That(offset % pageSize, Is.EqualTo(address % pageSize));
        }

        long codeEnd = Segment(image, 0).Address + Segment(image, 0).MemorySize - 1;
        Assert.That(ElfImage.DataAddress / pageSize, Is.GreaterThan(codeEnd / pageSize), "no page has both");
    }

    [TestCaseSource(nameof(Architectures))]
    public void Content_is_the_code_and_the_data(Architecture architecture)
    {
        byte[] image = Image(architecture);
        byte[] code = [.. Listing.OfImage(Walker.For(architecture), ElfImage.DataAddress + 8).Code];

        Assert.That(image[232..(232 + code.Length)], Is.EqualTo(code));
        Assert.That(image[(232 + code.Length)..DataOffset], Has.All.Zero);
        Assert.That(image[DataOffset..], Is.EqualTo(Content()));
        Assert.That(ElfImage.EntryAddress, Is.EqualTo(0x400000 + 232));
    }

    [TestCase(96, -1, TestName = "First node before the data")]
    [TestCase(96, 9, TestName = "First node reaches behind the data")]
    [TestCase(95, 8, TestName = "Less memory than data")]
    public void Addresses_outside_are_refused(long memorySize, long firstNode) =>
        Assert.That(
            () => ElfImage.Write(Walker.X64, Content(), memorySize, ElfImage.DataAddress + firstNode),
            Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Runs_as_a_process_from_a_file() => AssertRuns(RunFile(EveryNodeProgram.Image(Walker.Current)));

    [Test]
    public void Runs_as_a_process_from_sealed_memory()
    {
        int fd = TestNative.SealedFile(EveryNodeProgram.Image(Walker.Current));
        try
        {
            AssertRuns(Run($"/proc/{Environment.ProcessId}/fd/{fd}"));
        }
        finally
        {
            _ = TestNative.close(fd);
        }
    }

    [TestCaseSource(nameof(OtherArchitectures))]
    public void Runs_on_the_other_architecture(Architecture architecture)
    {
        string emulator = architecture == Architecture.Arm64 ? "qemu-aarch64" : "qemu-x86_64";
        Requires.Program(emulator);

        AssertRuns(RunFile(EveryNodeProgram.Image(Walker.For(architecture)), emulator));
    }

    private static IEnumerable<Architecture> OtherArchitectures() =>
        Architectures.Except([RuntimeInformation.ProcessArchitecture]);

    private static void AssertRuns((int ExitCode, string Output) run) =>
        Assert.That(run, Is.EqualTo((EveryNodeProgram.ExitCode, EveryNodeProgram.Output)));

    private static byte[] Content()
    {
        byte[] data = new byte[8 + Node.Size];
        Array.Fill(data, (byte)0xA5);
        return data;
    }

    private static byte[] Image(Architecture architecture) =>
        ElfImage.Write(Walker.For(architecture), Content(), memorySize: 4096, ElfImage.DataAddress + 8);

    private static (int Type, int Flags, long Offset, long Address, long FileSize, long MemorySize) Segment(
        byte[] image, int index)
    {
        byte[] header = image[(64 + (56 * index))..];
        Assert.That(Long(header, 24), Is.EqualTo(Long(header, 16)), "p_paddr");
        (int type, int flags) = (Word(header, 0), Word(header, 4));
        return (type, flags, Long(header, 8), Long(header, 16), Long(header, 32), Long(header, 40));
    }

    private static int Half(byte[] image, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(offset));

    private static int Word(byte[] image, int offset) => BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(offset));

    private static long Long(byte[] image, int offset) => BinaryPrimitives.ReadInt64LittleEndian(image.AsSpan(offset));

    private static (int ExitCode, string Output) RunFile(byte[] image, string? emulator = null)
    {
        string directory = Directory.CreateTempSubdirectory("isolation-").FullName;
        try
        {
            string path = Path.Combine(directory, "image");
            File.WriteAllBytes(path, image);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            return emulator is null ? Run(path) : Run(emulator, path);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
