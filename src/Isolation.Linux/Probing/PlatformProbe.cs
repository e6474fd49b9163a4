using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Isolation.Linux.Host;

namespace Isolation.Linux.Probing;

/// <summary>The operating system, the processor and the kernel's version.</summary>
internal static partial class PlatformProbe
{
    /// <summary>The oldest kernel: the first with mount_setattr(2).</summary>
    internal static readonly Version OldestKernel = new(5, 12);

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
                Platform, false, $"This is a process for {architecture}; there is code for x64 and arm64.",
                "Run the application as an x64 or arm64 process.");
        }

        string release = Release(files);
        string name = $"Linux {release} on {(architecture == Architecture.X64 ? "x64" : "arm64")}";
        if (KernelVersion(files) >= OldestKernel)
        {
            return new(Platform, true, $"{name}.", null);
        }

        string remedy = release.Contains("Microsoft", StringComparison.Ordinal)
            ? "Go over to WSL 2: wsl --set-version DISTRIBUTION 2"
            : $"Use a kernel of version {OldestKernel} or newer.";
        return new(Platform, false, $"{name}; the kernel must be {OldestKernel} or newer.", remedy);
    }

    /// <summary>Major and minor version of the running kernel; 0.0 where it does not say.</summary>
    internal static Version KernelVersion(HostFiles files)
    {
        Match match = TwoNumbers().Match(Release(files));
        return match.Success && Version.TryParse(match.Value, out Version? version) ? version : new Version(0, 0);
    }

    private static string Release(HostFiles files) =>
        files.ReadText("/proc/sys/kernel/osrelease") ?? "of an unknown version";

    [GeneratedRegex(@"^\d+\.\d+")]
    private static partial Regex TwoNumbers();
}
