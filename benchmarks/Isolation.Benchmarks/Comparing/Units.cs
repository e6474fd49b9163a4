using System.Globalization;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Formats figures with units.</summary>
internal static class Units
{
    internal static string Milliseconds(double microseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000:0.00} ms");

    internal static string Bytes(long bytes) => bytes < 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.0} MiB");

    internal static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
