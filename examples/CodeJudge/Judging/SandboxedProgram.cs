using Isolation;

namespace CodeJudge.Judging;

/// <summary>A program, and the sandbox that it runs in.</summary>
/// <param name="Specification">The sandbox, new for each run.</param>
/// <param name="Command">The program.</param>
internal sealed record SandboxedProgram(SandboxSpecification Specification, SandboxCommand Command);
