using System.Globalization;

namespace Isolation.IntegrationTests.Limits;

/// <summary>The disk below a directory.</summary>
internal static class BlockDevice
{
    /// <summary>
    /// The number of the disk, which is what groups count by, and not of its partition. Skips the test where there is
    /// none.
    /// </summary>
    internal static (int Major, int Minor) Of(string directory)
    {
        string? mount = File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' '))
            .Where(fields => fields[4] == "/" || directory == fields[4]
                || directory.StartsWith(fields[4] + "/", StringComparison.Ordinal))
            .MaxBy(fields => fields[4].Length)?[2];
        string? device = new DirectoryInfo(
            $"/sys/dev/block/{mount}").ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        if (device is not null && File.Exists($"{device}/partition"))
        {
            device = Path.GetDirectoryName(device);
        }

        string? number = device is null ? null : File.ReadAllText($"{device}/dev").Trim();
        Requires.That("disk", number is not null, $"no disk of its own is below {directory}");
        string[] parts = number!.Split(':');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
