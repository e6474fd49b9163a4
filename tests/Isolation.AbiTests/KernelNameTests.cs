using System.Globalization;
using System.Reflection;
using Isolation.Linux.Networking.Netlink;

namespace Isolation.AbiTests;

/// <summary>Tests the enumerations whose names and values are the kernel's.</summary>
public sealed class KernelNameTests
{
    private static IEnumerable<Type> Enumerations => typeof(KernelNamesAttribute).Assembly.GetTypes()
        .Where(type => type.GetCustomAttribute<KernelNamesAttribute>() is not null);

    [TestCaseSource(nameof(Enumerations))]
    public void Values_are_what_the_headers_say(Type enumeration)
    {
        NativeHeaders.Require();
        KernelNamesAttribute kernel = enumeration.GetCustomAttribute<KernelNamesAttribute>()!;
        Dictionary<string, long> ours = Enum.GetNames(enumeration).ToDictionary(
            name => kernel.Prefix + KernelNames.ToUpperSnakeCase(name),
            name => Convert.ToInt64(Enum.Parse(enumeration, name), CultureInfo.InvariantCulture));

        IReadOnlyDictionary<string, long> native = NativeHeaders.Evaluate(
            "", ["sys/socket.h", "linux/if.h", kernel.Header], ours.Keys);

        Assert.That(ours, Is.EquivalentTo(native));
    }
}
