namespace Isolation.Linux.Interop;

/// <summary>Describes a file, see statx(2).</summary>
/// <param name="Type">One of <see cref="Kernel.FileTypeMask"/>.</param>
/// <param name="Mode">The other bits of the mode: permissions, and set-user-id and the like.</param>
/// <param name="UserId">The owner.</param>
/// <param name="GroupId">The group.</param>
/// <param name="Size">In bytes. Files of procfs have 0 and a content nevertheless.</param>
internal sealed record FileStatus(int Type, int Mode, uint UserId, uint GroupId, long Size);
