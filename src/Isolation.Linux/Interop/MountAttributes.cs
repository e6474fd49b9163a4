using System.Runtime.InteropServices;

namespace Isolation.Linux.Interop;

/// <summary>Represents <c>struct mount_attr</c> of linux/mount.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MountAttributes
{
    internal long Set;
    internal long Clear;
    internal long Propagation;
    internal long UserNamespace;
}
