using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.IntegrationTests.Support;

/// <summary>Descriptors of the host that are passed to commands.</summary>
internal static class HostDescriptor
{
    internal static SafeFileHandle OfFile(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read);

    /// <summary>A directory, which .NET itself does not open.</summary>
    internal static SafeFileHandle OfDirectory(string path)
    {
        long result = Kernel.openat(Kernel.AtFdcwd, path, Kernel.ORdonly | Kernel.ODirectory | Kernel.OCloexec);
        Assert.That(result, Is.GreaterThanOrEqualTo(0));
        return new SafeFileHandle((nint)result, ownsHandle: true);
    }

    /// <summary>A copy of a descriptor with exactly this number.</summary>
    internal static SafeFileHandle At(int number, SafeFileHandle handle)
    {
        long result = Kernel.fcntl((int)handle.DangerousGetHandle(), Kernel.FDupfdCloexec, number);
        Assert.That(result, Is.EqualTo(number), "The number is taken.");
        return new SafeFileHandle((nint)result, ownsHandle: true);
    }

    /// <summary>A number that no descriptor of the host has, and none above it.</summary>
    internal static int[] FreeNumbers(int count)
    {
        HashSet<string?> used = [.. Directory.GetFileSystemEntries("/proc/self/fd").Select(Path.GetFileName)];
        return [.. Enumerable.Range(200, 1000).Where(number => !used.Contains($"{number}")).Take(count)];
    }
}
