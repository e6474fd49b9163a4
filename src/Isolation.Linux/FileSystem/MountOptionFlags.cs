using Isolation.Linux.Interop;

namespace Isolation.Linux.FileSystem;

/// <summary>Translates the options of a mount into the kernel's attributes.</summary>
internal static class MountOptionFlags
{
    /// <summary>The attributes of mounts that contain no programs, devices or files of the sandbox.</summary>
    internal const long Standard = Kernel.MountAttrNosuid | Kernel.MountAttrNodev | Kernel.MountAttrNoexec;

    internal static long Of(MountOptions options, MountAccess access) =>
        (options.HasFlag(MountOptions.NoSetUserId) ? Kernel.MountAttrNosuid : 0)
        | (options.HasFlag(MountOptions.NoDevices) ? Kernel.MountAttrNodev : 0)
        | (options.HasFlag(MountOptions.NoExecute) ? Kernel.MountAttrNoexec : 0)
        | (options.HasFlag(MountOptions.NoSymbolicLinks) ? Kernel.MountAttrNosymfollow : 0)
        | (access == MountAccess.ReadOnly ? Kernel.MountAttrReadOnly : 0);
}
