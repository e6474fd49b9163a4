namespace Isolation.Testing;

/// <summary>
/// Represents a program in a <see cref="FakeSandboxProvider"/>, which reads and writes its streams and ends.
/// </summary>
/// <param name="context">The command, the streams and the clock of the program.</param>
/// <param name="cancellationToken">The token that is canceled when the program is killed. A killed program has ended
/// for all observers, even if the delegate has not returned.</param>
public delegate Task<FakeExit> FakeProgram(FakeProgramContext context, CancellationToken cancellationToken);
