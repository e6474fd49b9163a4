namespace Isolation;

/// <summary>
/// What a program does in a <see cref="FakeSandboxProvider"/>: reads and writes its streams, and ends.
/// </summary>
/// <param name="context">The program's command, streams and clock.</param>
/// <param name="cancellationToken">
/// Canceled when the program is killed. A killed program has ended for everybody else, whether it returns or not.
/// </param>
public delegate Task<FakeExit> FakeProgram(FakeProgramContext context, CancellationToken cancellationToken);
