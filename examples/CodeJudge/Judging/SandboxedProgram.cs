using Isolation;

namespace CodeJudge.Judging;

/// <summary>Represents a program and the sandbox that it runs in.</summary>
/// <param name="Specification">The sandbox, which is created for each run.</param>
/// <param name="Command">The program.</param>
internal sealed record SandboxedProgram(SandboxSpecification Specification, SandboxCommand Command);
