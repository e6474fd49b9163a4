using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Isolation.Linux.Host;

namespace Isolation.Linux.Probing;

/// <summary>Probes the operating system, the processor architecture and the kernel version.</summary>
internal static partial class PlatformProbe
{
    internal static FeatureSupport Find(HostFiles files, bool isLinux, Architecture architecture)
    {
        const IsolationFeature Platform = IsolationFeature.Platform;
        if (!isLinux)
        {
            return new(
                Platform, false, "This is not Linux.", "Run the application on Linux; tests can use a fake provider.");
        }

        if (architecture is not (Architecture.X64 or Architecture.Arm64))
        {
            return new(
                Platform, false, $"The process architecture {architecture} is not supported; x64 and arm64 are.",
                "Run the application as an x64 or arm64 process.");
        }

        string release = Release(files);
        string name = $"Linux {release} on {(architecture == Architecture.X64 ? "x64" : "arm64")}";
        if (ReadKernelVersion(files) >= KernelVersion.OldestSupported)
        {
            return new(Platform, true, $"{name}.", null);
        }

        string remedy = release.Contains("Microsoft", StringComparison.Ordinal)
            ? "Switch to WSL 2: wsl --set-version DISTRIBUTION 2"
            : $"Use a kernel of version {KernelVersion.OldestSupported} or newer.";
        return new(Platform, false, $"{name}; the kernel must be {KernelVersion.OldestSupported} or newer.", remedy);
    }

    /// <summary>Gets the major and minor version of the running kernel; 0.0 if it is unknown.</summary>
    internal static Version ReadKernelVersion(HostFiles files)
    {
        Match match = TwoNumbers().Match(Release(files));
        return match.Success && Version.TryParse(match.Value, out Version? version) ? version : new Version(0, 0);
    }

    private static string Release(HostFiles files) =>
        files.ReadText("/proc/sys/kernel/osrelease") ?? "of an unknown version";

    [GeneratedRegex(@"^\d+\.\d+")]
    private static partial Regex TwoNumbers();
}
