using System.Runtime.InteropServices;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Represents the outcome of an entry that was copied into a sandbox.</summary>
/// <param name="Kind">The kind of the item.</param>
/// <param name="Name">The name of the item in the directory that is open at this point.</param>
/// <param name="IsMade">Whether the item was created; otherwise, it existed, and a file was replaced.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CopyInRecord(CopyInKind Kind, FileName Name, bool IsMade);
