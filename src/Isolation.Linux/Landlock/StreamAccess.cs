using System.Runtime.InteropServices;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Landlock;

/// <summary>
/// A standard stream that is a file or a device of the host. No rule of the sandbox's policy can be for it, so that a
/// command could not open it
/// again by a name such as /dev/stdin; a rule of its own gives what the descriptor gives anyway.
/// </summary>
/// <param name="Position">Its position among the descriptors of the message.</param>
/// <param name="Access">What the descriptor allows.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamAccess(int Position, LandlockFileAccess Access)
{
    /// <summary>Gets what a descriptor allows; nothing if it is none.</summary>
    internal static LandlockFileAccess Of(int descriptor)
    {
        const int AccessMode = 3;
        long flags = Kernel.fcntl(descriptor, Kernel.FGetfl, 0);
        return flags < 0 || (flags & Kernel.OPath) != 0 ? LandlockFileAccess.None : (int)(flags & AccessMode) switch
        {
            Kernel.ORdonly => LandlockFileAccess.ReadFile | LandlockFileAccess.IoctlDevice,
            Kernel.OWronly =>
                LandlockFileAccess.WriteFile | LandlockFileAccess.Truncate | LandlockFileAccess.IoctlDevice,
            _ =>
                LandlockFileAccess.ReadFile | LandlockFileAccess.WriteFile | LandlockFileAccess.Truncate
                | LandlockFileAccess.IoctlDevice,
        };
    }
}
