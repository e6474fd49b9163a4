using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Isolation.Linux.Cgroups.Devices;

namespace Isolation.Linux.Tests.Cgroups.Devices;

public sealed class DeviceProgramAssemblerTests
{
    private const int MaximumMajor = 0xFFF;

    private const int MaximumMinor = 0xFFFFF;

    private const int RuleSets = 500;

    private const int AccessesPerSet = 200;

    [Test]
    public void The_encoding_is_that_of_the_listing()
    {
        BpfInstruction[] program = DeviceProgramAssembler.Assemble(
            [new(DeviceKind.Character, 1, 3, DeviceAccess.Read | DeviceAccess.Write)]);

        Assert.That(
            MemoryMarshal.AsBytes<BpfInstruction>(program).ToArray().Chunk(8).Select(Convert.ToHexStringLower),
            Is.EqualTo(
            [
                "6112000000000000", // r2 = *(u32 *)(r1 + 0)
                "bc23000000000000", // w3 = w2
                "54020000ffff0000", // w2 &= 0xffff
                "7403000010000000", // w3 >>= 16
                "6114040000000000", // r4 = *(u32 *)(r1 + 4)
                "6115080000000000", // r5 = *(u32 *)(r1 + 8)
                "5502060002000000", // if r2 != 2 goto refuse
                "5504050001000000", // if r4 != 1 goto refuse
                "5505040003000000", // if r5 != 3 goto refuse
                "5403000001000000", // w3 &= 1
                "5503020000000000", // if r3 != 0 goto refuse
                "b400000001000000", // w0 = 1
                "9500000000000000", // exit
                "b400000000000000", // refuse: w0 = 0
                "9500000000000000", // exit
            ]));
    }

    [Test]
    public void Nothing_follows_a_rule_that_allows_everything()
    {
        DevicesByNumber everything = new(DeviceKind.Any, null, null, DeviceAccess.All);

        Assert.That(
            DeviceProgramAssembler.Assemble([everything, new(DeviceKind.Block, 8, 0, DeviceAccess.Read)]),
            Is.EqualTo(DeviceProgramAssembler.Assemble([everything])));
    }

    [Test]
    public void The_program_of_v2_and_the_lines_of_v1_say_what_the_rules_say()
    {
        Random random = new(42);
        for (int set = 0; set < RuleSets; set++)
        {
            DevicesByNumber[] rules = [.. Enumerable.Range(0, random.Next(8)).Select(_ => RandomRule(random))];
            BpfInstruction[] program = DeviceProgramAssembler.Assemble(rules);
            ImmutableArray<string> lines = DeviceLines.Allow(rules);
            for (int i = 0; i < AccessesPerSet; i++)
            {
                DeviceKind kind = random.Next(2) == 0 ? DeviceKind.Block : DeviceKind.Character;
                DeviceAccess access = (DeviceAccess)random.Next(1, 8);
                (int major, int minor) = (Number(random, MaximumMajor), Number(random, MaximumMinor));
                DeviceAccess allowed = rules
                    .Where(rule => (rule.Kind == DeviceKind.Any || rule.Kind == kind) && (rule.Major ?? major) == major
                        && (rule.Minor ?? minor) == minor)
                    .Aggregate(DeviceAccess.None, (sum, rule) => sum | rule.Access);
                bool expected = allowed.HasFlag(access);

                Assert.That(
                    (DeviceInterpreter.Allows(program, kind, access, major, minor),
                        LegacyKernel.Allows(lines, kind, access, major, minor)),
                    Is.EqualTo((expected, expected)),
                    $"{kind} {major}:{minor} {access} by {string.Join("; ", (object[])rules)}");
            }
        }
    }

    [TestCase(1, 3, (int)(DeviceAccess.Read | DeviceAccess.Write), true)]
    [TestCase(136, 77, (int)DeviceAccess.Read, true)]
    [TestCase(10, 200, (int)DeviceAccess.MakeNode, true)]
    [TestCase(10, 200, (int)DeviceAccess.Read, false)]
    [TestCase(1, 1, (int)DeviceAccess.Read, false)]
    public void The_default_list(int major, int minor, int access, bool allowed) =>
        Assert.That(
            DeviceInterpreter.Allows(
                DeviceProgramAssembler.Assemble(DefaultDevices.Rules.Cast<DevicesByNumber>()), DeviceKind.Character,
                (DeviceAccess)access, major, minor),
            Is.EqualTo(allowed));

    private static DevicesByNumber RandomRule(Random random) =>
        new((DeviceKind)random.Next(3), RandomPart(random, MaximumMajor), RandomPart(random, MaximumMinor),
            (DeviceAccess)random.Next(1, 8));

    private static int? RandomPart(Random random, int maximum) => random.Next(3) == 0 ? null : Number(random, maximum);

    // Few different numbers, so that rules and accesses often match; the largest number detects sign errors.
    private static int Number(Random random, int maximum) => random.Next(4) is var number and < 3 ? number : maximum;
}
