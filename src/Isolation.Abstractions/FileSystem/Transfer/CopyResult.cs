using System.Collections.Immutable;

namespace Isolation;

/// <summary>Represents the result of <see cref="ISandboxFiles.CopyOutAsync"/>.</summary>
/// <param name="Files">The number of copied files.</param>
/// <param name="Directories">The number of copied directories below the requested one.</param>
/// <param name="Bytes">The total size of all copied files in bytes.</param>
/// <param name="LeftOut">
/// The skipped entries: links, FIFOs, sockets, devices, mounts, and entries that could not be read.
/// </param>
public sealed record CopyResult(int Files, int Directories, long Bytes, ImmutableArray<SkippedEntry> LeftOut);
