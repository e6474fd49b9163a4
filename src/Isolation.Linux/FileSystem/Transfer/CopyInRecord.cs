using System.Runtime.InteropServices;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>What became of an entry that was put into a sandbox.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name in the directory that is open at this point.</param>
/// <param name="IsMade">Whether it was made; else it was there before, and a file was replaced.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CopyInRecord(CopyInKind Kind, FileName Name, bool IsMade);
