using System.Collections.Immutable;

namespace Isolation;

/// <summary>What <see cref="ISandboxFiles.CopyOutAsync"/> took.</summary>
/// <param name="Files">How many files.</param>
/// <param name="Directories">How many directories below the one that was asked for.</param>
/// <param name="Bytes">All files together.</param>
/// <param name="LeftOut">What was left out: links, FIFOs, sockets, devices, mounts, and what could not be read.</param>
public sealed record CopyResult(int Files, int Directories, long Bytes, ImmutableArray<SkippedEntry> LeftOut);
