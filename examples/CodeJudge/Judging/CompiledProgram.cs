using System.Collections.Immutable;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>Represents the result of compiling.</summary>
/// <param name="Files">The files to create in the sandboxes of the tests; empty if the compilation failed.</param>
/// <param name="Failure">The reason why the compilation failed, or null.</param>
internal sealed record CompiledProgram(ImmutableArray<FileEntry> Files, string? Failure);
