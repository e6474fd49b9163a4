using System.Globalization;
using System.Reflection;
using Isolation.Linux.Cgroups.Devices;
using Isolation.Linux.Interop;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Seccomp.Profiles;

namespace Isolation.AbiTests;

/// <summary>Tests the constants that the library shares with the kernel.</summary>
public sealed class ConstantTests
{
    private static readonly Dictionary<string, long> Values =
        new[]
            {
                typeof(Kernel), typeof(CloneArguments), typeof(UnixSignal), typeof(LimitedResource),
                typeof(DeviceAccess), typeof(DeviceKind),
                typeof(BpfInstruction), typeof(Capabilities), typeof(SecureBits),
                typeof(LandlockFileAccess), typeof(LandlockPortAccess), typeof(LandlockScopes), typeof(LandlockLogging),
                typeof(FilterInstruction), typeof(FilterResult), typeof(CallData), typeof(CallArguments),
            }
            .SelectMany(
                type => type.GetFields(
                    BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field.FieldType.IsPrimitive || field.FieldType.IsEnum)
            .ToDictionary(
                field => $"{field.DeclaringType!.Name}.{field.Name}",
                field => Convert.ToInt64(field.GetValue(null), CultureInfo.InvariantCulture));

    private static IEnumerable<TestCaseData<int>> Groups =>
        ConstantNames.Groups.Select(
            (group, index) => new TestCaseData<int>(index).SetArgDisplayNames(group.ToString()));

    [Test]
    public void Each_constant_has_a_counterpart() =>
        Assert.That(
            ConstantNames.Groups.SelectMany(group => group.Names.Keys).Concat(ConstantNames.WithoutHeader),
            Is.EquivalentTo(Values.Keys));

    [TestCaseSource(nameof(Groups))]
    public void Constants_are_what_the_headers_say(int index)
    {
        NativeHeaders.Require();
        ConstantGroup group = ConstantNames.Groups[index];

        IReadOnlyDictionary<string, long> native = NativeHeaders.Evaluate(
            "", [.. group.Headers, "linux/version.h"], [.. group.Names.Values, "LINUX_VERSION_CODE"],
            ConstantNames.Newer.Keys.ToHashSet());

        Assert.Multiple(() =>
        {
            foreach ((string name, string nativeName) in group.Names)
            {
                if (native.TryGetValue(nativeName, out long value))
                {
                    Assert.That(Values[name], Is.EqualTo(value), $"{name} is {nativeName}");
                }
                else
                {
                    Assert.That(
                        Decode(native["LINUX_VERSION_CODE"]), Is.LessThan(ConstantNames.Newer[nativeName]), nativeName);
                }
            }
        });
    }

    [Test]
    public void Error_numbers_are_what_the_headers_say()
    {
        NativeHeaders.Require();
        FieldInfo[] used = typeof(Errno).GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic);
        string[] described = [.. Enumerable.Range(1, 133).Select(ErrnoText.Name)
            .Where(name => name.StartsWith('E') && !name.Any(char.IsWhiteSpace))];

        IReadOnlyDictionary<string, long> native = NativeHeaders.Evaluate(
            "", ["errno.h"], [.. used.Select(field => field.Name), .. described]);

        Assert.Multiple(() =>
        {
            Assert.That(described, Has.Length.GreaterThan(120));
            foreach (FieldInfo field in used)
            {
                Assert.That(field.GetRawConstantValue(), Is.EqualTo((int)native[field.Name]), field.Name);
            }

            foreach (string name in described)
            {
                Assert.That(ErrnoText.Name((int)native[name]), Is.EqualTo(name));
            }
        });
    }

    // Works without installed arm64 headers. The values are octal 040000 and 0100000 in its uapi/asm/fcntl.h.
    [Test]
    public void Flags_of_open_on_arm64()
    {
        (long directory, long nofollow) = (0x4000, 0x8000);
        if (Directory.Exists(NativeHeaders.Arm64))
        {
            NativeHeaders.Require();
            IReadOnlyDictionary<string, long> native = NativeHeaders.Evaluate(
                "", ["asm/fcntl.h"], ["O_DIRECTORY", "O_NOFOLLOW"], directory: NativeHeaders.Arm64);
            (directory, nofollow) = (native["O_DIRECTORY"], native["O_NOFOLLOW"]);
        }

        Assert.That(
            (Kernel.DirectoryFlag(SystemCallTable.Arm64), Kernel.NofollowFlag(SystemCallTable.Arm64)),
            Is.EqualTo(((int)directory, (int)nofollow)));
    }

    private static Version Decode(long code) => new((int)(code >> 16), (int)((code >> 8) & 0xFF));
}
