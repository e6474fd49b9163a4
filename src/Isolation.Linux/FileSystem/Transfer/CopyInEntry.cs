using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>One thing to put into a sandbox. The entries of a directory follow it, up to its end.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name in the directory that is open at this point.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Content">
/// The content of a file, to be closed by whoever puts it; null for anything else, and where a tree is only looked
/// through.
/// </param>
internal sealed record CopyInEntry(CopyInKind Kind, FileName Name, int Mode, SafeFileHandle? Content = null);
