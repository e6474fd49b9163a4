using Isolation.Linux.Errors;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Files;

/// <summary>Provides the host's /dev/null, opened once.</summary>
internal static class NullDevice
{
    private static readonly Lazy<int> Opened = new(
        () => (int)SandboxErrors.Check(
            Kernel.openat(Kernel.AtFdcwd, "/dev/null", Kernel.ORdwr | Kernel.OCloexec), "open", "/dev/null"));

    internal static int Descriptor => Opened.Value;
}
