using System.Runtime.InteropServices;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Landlock;

/// <summary>Represents a standard stream that is a file or a device of the host.</summary>
/// <remarks>
/// No rule of the sandbox's policy covers such a file, so a command could not reopen it by a name such as /dev/stdin. A
/// separate rule therefore grants the rights that the descriptor has anyway.
/// </remarks>
/// <param name="Position">The stream's position among the descriptors of the message.</param>
/// <param name="Access">The rights of the descriptor.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamAccess(int Position, LandlockFileAccess Access)
{
    /// <summary>Gets the rights of a descriptor; none if it is not open.</summary>
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
