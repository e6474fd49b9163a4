using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Iced.Intel;
using Isolation.Linux.Programs;
using Isolation.TestSupport;

namespace Isolation.Linux.Tests.Programs;

/// <summary>Checks that the bytes of the walkers match their comments.</summary>
public sealed partial class WalkerListingTests
{
    private static readonly Architecture[] Architectures = [Architecture.X64, Architecture.Arm64];

    [TestCaseSource(nameof(Architectures))]
    public void Bytes_are_the_assembly_beside_them(Architecture architecture)
    {
        Listing listing = Listing.OfImage(Walker.For(architecture));

        Assert.That(Disassemble(architecture, listing.Code.AsSpan(), listing), Is.EqualTo(listing.Assembly));
    }

    [TestCaseSource(nameof(Architectures))]
    public void A_changed_byte_is_seen(Architecture architecture)
    {
        Listing listing = Listing.OfImage(Walker.For(architecture));
        List<string> unseen = [];
        byte[] code = [.. listing.Code];
        for (int i = 0; i < code.Length; i++)
        {
            byte good = code[i];
            for (int change = 1; change <= byte.MaxValue; change++)
            {
                code[i] = (byte)(good ^ change);
                if (Disassemble(architecture, code, listing).SequenceEqual(listing.Assembly))
                {
                    unseen.Add($"{i:x2}: {good:x2} → {code[i]:x2}");
                }
            }

            code[i] = good;
        }

        Assert.That(unseen, Is.Empty);
    }

    // Uses an independent disassembler, since the arm64 decoder has the same author as the words.
    [Test]
    public void Arm64_words_are_what_binutils_says()
    {
        Requires.Program("aarch64-linux-gnu-objdump");
        Listing listing = Listing.OfImage(Walker.Arm64);
        string file = Path.GetTempFileName();
        string output;
        try
        {
            File.WriteAllBytes(file, [.. listing.Code]);
            ProcessStartInfo start = new("aarch64-linux-gnu-objdump", ["-D", "-b", "binary", "-m", "aarch64", file])
            {
                RedirectStandardOutput = true,
            };
            using Process process = Process.Start(start)!;
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
        }
        finally
        {
            File.Delete(file);
        }

        IEnumerable<string> assembly = ObjdumpLine().Matches(output)
            .Select(line => $"{line.Groups["name"].Value} {line.Groups["operands"].Value}".Trim())
            .Select(line => BranchTarget().Replace(line, Label));
        Assert.That(assembly, Is.EqualTo(listing.Assembly));

        string Label(Match target) =>
            Arm64Disassembly.Target(Convert.ToUInt64(target.Groups["address"].Value, 16), listing.Labels);
    }

    [TestCaseSource(nameof(Architectures))]
    public void The_first_node_of_an_image_is_loaded_whole(Architecture architecture)
    {
        Listing listing = Listing.OfImage(Walker.For(architecture), 0x7FEDCBA8);

        Assert.That(Disassemble(architecture, listing.Code.AsSpan(), listing), Is.EqualTo(listing.Assembly));
    }

    [TestCase(Architecture.X64, 108)]
    [TestCase(Architecture.Arm64, 120)]
    public void Length(Architecture architecture, int length) =>
        Assert.That(Walker.For(architecture).Code, Has.Length.EqualTo(length));

    // A child with CLONE_VM uses the stack of its parent, which the parent still requires to return.
    [Test]
    public void X64_touches_the_stack_only_outside_the_loop()
    {
        InstructionInfoFactory factory = new();
        IEnumerable<Mnemonic> users = X64Disassembly.Decode(Walker.X64.Code.AsSpan())
            .Where(UsesTheStack)
            .Select(instruction => instruction.Mnemonic);

        Assert.That(users, Is.EqualTo(new[] { Mnemonic.Push, Mnemonic.Pop, Mnemonic.Ret }));

        bool UsesTheStack(Instruction instruction) =>
            factory.GetInfo(instruction).GetUsedRegisters()
                .Any(used => used.Register.GetFullRegister() == Register.RSP);
    }

    [Test]
    public void Arm64_has_no_use_for_the_stack() =>
        Assert.That(Walker.Arm64.Instructions.Select(instruction => instruction.Assembly), Has.None.Contains("sp"));

    // x18 is reserved for the platform, and x19 to x30 are callee-saved.
    [Test]
    public void Arm64_uses_only_registers_that_a_function_may_use_freely()
    {
        IEnumerable<int> registers = Walker.Arm64.Instructions
            .SelectMany(instruction => Arm64Register().Matches(instruction.Assembly))
            .Select(register => int.Parse(register.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

        Assert.That(registers, Has.All.LessThan(18));
    }

    [Test]
    public void Is_there_for_this_process() =>
        Assert.That(Walker.Current.Architecture, Is.EqualTo(RuntimeInformation.ProcessArchitecture));

    [Test]
    public void Other_architectures_are_refused() =>
        Assert.That(
            () => Walker.For(Architecture.RiscV64),
            Throws.TypeOf<PlatformNotSupportedException>().With.Message.Contains("RiscV64"));

    private static IReadOnlyList<string> Disassemble(
        Architecture architecture, ReadOnlySpan<byte> code, Listing listing) =>
        architecture == Architecture.X64
            ? X64Disassembly.Disassemble(code, listing.Labels)
            : Arm64Disassembly.Disassemble(code, listing.Labels);

    [GeneratedRegex(
        @"^ +[0-9a-f]+:\t[0-9a-f]{8} \t(?<name>\S+)(\t(?<operands>[^\t\n]+?))?\s*(//.*)?$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ObjdumpLine();

    [GeneratedRegex(@"(?<=^(b|bl|b\.[a-z]+) |^tbnz .*, )0x(?<address>[0-9a-f]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex BranchTarget();

    [GeneratedRegex(@"\bx(\d+)\b")]
    private static partial Regex Arm64Register();
}
