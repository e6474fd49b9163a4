namespace Isolation.Linux.Tests.Cgroups.Devices;

/// <summary>
/// Decides like the kernel on cgroup v1 after everything was denied and the lines were written: a single line must
/// cover the whole access (<c>match_exception</c> in security/device_cgroup.c).
/// </summary>
internal static class LegacyKernel
{
    internal static bool Allows(
        IEnumerable<string> lines, DeviceKind kind, DeviceAccess access, int major, int minor) =>
        lines.Any(line =>
        {
            string[] words = line.Split(' ', ':');
            return words[0] == (kind == DeviceKind.Block ? "b" : "c") && Matches(words[1], major)
                && Matches(words[2], minor)
                && (access & ~Parse(words[3])) == 0;
        });

    private static bool Matches(string word, int number) => word == "*" || word == $"{number}";

    private static DeviceAccess Parse(string letters) =>
        letters.Aggregate(DeviceAccess.None, (sum, letter) => sum | letter switch
        {
            'r' => DeviceAccess.Read,
            'w' => DeviceAccess.Write,
            _ => DeviceAccess.MakeNode,
        });
}
