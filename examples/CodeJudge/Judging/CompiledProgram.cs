using System.Collections.Immutable;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>What came of compiling.</summary>
/// <param name="Files">What is to be put into the sandboxes of the tests; empty if it did not compile.</param>
/// <param name="Failure">Why it did not compile; null if it did.</param>
internal sealed record CompiledProgram(ImmutableArray<FileEntry> Files, string? Failure);
