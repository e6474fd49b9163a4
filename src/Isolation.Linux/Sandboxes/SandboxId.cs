using System.Globalization;

namespace Isolation.Linux.Sandboxes;

/// <summary>Creates sandbox ids from the application's process id, its start time, and a counter.</summary>
internal static class SandboxId
{
    private static readonly string Prefix =
        string.Create(
            CultureInfo.InvariantCulture, $"{Environment.ProcessId:x}-{DateTime.UtcNow.Ticks & 0xFFFFFFFFFF:x}");

    private static int _count;

    internal static string Next(string? name)
    {
        int number = Interlocked.Increment(ref _count);
        return name is null
            ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{number:x}")
            : string.Create(CultureInfo.InvariantCulture, $"{name}-{Prefix}-{number:x}");
    }
}
