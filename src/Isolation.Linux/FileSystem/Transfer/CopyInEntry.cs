using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Describes one item to copy into a sandbox. The entries of a directory follow it, up to its end.</summary>
/// <param name="Kind">The kind of the item.</param>
/// <param name="Name">The name of the item in the directory that is open at this point.</param>
/// <param name="Mode">The permissions of the item.</param>
/// <param name="Content">
/// The content of a file, which the consumer must close; null for other kinds, and if a tree is only checked.
/// </param>
internal sealed record CopyInEntry(CopyInKind Kind, FileName Name, int Mode, SafeFileHandle? Content = null);
