namespace Isolation.Linux.Interop;

/// <summary>Describes a file, see statx(2).</summary>
/// <param name="Type">The file type, one of <see cref="Kernel.FileTypeMask"/>.</param>
/// <param name="Mode">The other bits of the mode, such as permissions and set-user-id.</param>
/// <param name="UserId">The id of the owner.</param>
/// <param name="GroupId">The id of the group.</param>
/// <param name="Size">The size in bytes. Files of procfs report 0 despite having content.</param>
/// <param name="Inode">The number of the inode.</param>
/// <param name="Device">The number of the file system's device.</param>
internal sealed record FileStatus(
    int Type, int Mode, uint UserId, uint GroupId, long Size, ulong Inode = 0, ulong Device = 0);
