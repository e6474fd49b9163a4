using System.Reflection;
using System.Text.RegularExpressions;
using Isolation.Linux.Interop;
using Isolation.Linux.Seccomp.Tables;
using Isolation.TestSupport;

namespace Isolation.AbiTests;

/// <summary>Tests the numbers of system calls on both architectures.</summary>
public sealed partial class SystemCallTests
{
    private static readonly PropertyInfo[] Calls =
        [.. typeof(SystemCallTable).GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.PropertyType == typeof(int))];

    [Test]
    public void There_are_calls() => Assert.That(Calls, Is.Not.Empty);

    [Test]
    public void Numbers_of_x64()
    {
        NativeHeaders.Require();
        Compare(SystemCallTable.X64, NativeHeaders.Evaluate("", ["asm/unistd_64.h"], Names()));
    }

    /// <summary>arm64 uses the generic numbers of all newer architectures, and has a few optional calls.</summary>
    [Test]
    public void Numbers_of_arm64()
    {
        NativeHeaders.Require();
        const string Choice = """
            #define __ARCH_WANT_RENAMEAT
            #define __ARCH_WANT_NEW_STAT
            #define __ARCH_WANT_SET_GET_RLIMIT
            #define __ARCH_WANT_TIME32_SYSCALLS
            #define __ARCH_WANT_SYS_CLONE3
            #define __ARCH_WANT_MEMFD_SECRET
            """;
        Compare(SystemCallTable.Arm64, NativeHeaders.Evaluate(Choice, ["asm-generic/unistd.h"], Names()));
    }

    [Test]
    public void Numbers_of_arm64_by_its_own_headers()
    {
        NativeHeaders.Require();
        Requires.That(
            "arm64-headers", Directory.Exists(NativeHeaders.Arm64), "the headers for arm64 are not installed");
        Compare(SystemCallTable.Arm64, NativeHeaders.Evaluate(
            "", ["asm/unistd.h"], Names(), directory: NativeHeaders.Arm64));
    }

    /// <summary>Tests the tables for filters as far as possible: the installed headers may be older or newer.</summary>
    [Test]
    public void Tables_for_filters_on_x64()
    {
        NativeHeaders.Require();
        CompareTable(
            SystemCallNames.X64, NativeHeaders.Evaluate(
                "", ["asm/unistd_64.h"], TableNames(SystemCallNames.X64), TableNames(SystemCallNames.X64).ToHashSet()));
    }

    [Test]
    public void Tables_for_filters_on_arm64()
    {
        NativeHeaders.Require();
        Requires.That(
            "arm64-headers", Directory.Exists(NativeHeaders.Arm64), "the headers for arm64 are not installed");
        string[] names = TableNames(SystemCallNames.Arm64);
        CompareTable(
            SystemCallNames.Arm64, NativeHeaders.Evaluate(
                "", ["asm/unistd.h"], names, names.ToHashSet(), NativeHeaders.Arm64));
    }

    private static string[] TableNames(SystemCallNames table) => [.. table.Numbers.Keys.Select(name => $"__NR_{name}")];

    private static void CompareTable(SystemCallNames table, IReadOnlyDictionary<string, long> native)
    {
        Assert.That(native, Has.Count.GreaterThan(300), "Linux 6.1 has that many on either");
        Assert.That(
            native.Select(call => $"{call.Key}={call.Value}"),
            Is.EquivalentTo(native.Keys.Select(name => $"{name}={table.Numbers[name[5..]]}")));
    }

    private static IEnumerable<string> Names() => Calls.Select(Name);

    // Converts RtSigaction to __NR_rt_sigaction. A record cannot have a member Clone.
    private static string Name(PropertyInfo call) => call.Name == nameof(SystemCallTable.CloneLegacy) ? "__NR_clone" :
        "__NR" + Capital().Replace(call.Name, match => $"_{match.Value.ToLowerInvariant()}");

    private static void Compare(SystemCallTable table, IReadOnlyDictionary<string, long> native) =>
        Assert.That(
            Calls.Select(call => $"{Name(call)}={call.GetValue(table)}"),
            Is.EqualTo(Calls.Select(call => $"{Name(call)}={native[Name(call)]}")));

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
