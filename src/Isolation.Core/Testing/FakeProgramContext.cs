namespace Isolation;

/// <summary>What a <see cref="FakeProgram"/> sees.</summary>
public sealed class FakeProgramContext
{
    internal FakeProgramContext(SandboxCommand command, FakeStreams streams, TimeProvider timeProvider)
    {
        Command = command;
        StandardInput = streams.Input;
        StandardOutput = streams.Output;
        StandardError = streams.Error;
        Channel = streams.Channel;
        Terminal = streams.Terminal;
        TimeProvider = timeProvider;
    }

    /// <summary>The command as it was given.</summary>
    public SandboxCommand Command { get; }

    /// <summary>
    /// What the command's <see cref="SandboxCommand.StandardInput"/> gives; empty where it is null or the host's.
    /// </summary>
    public Stream StandardInput { get; }

    /// <summary>
    /// Goes where the command's <see cref="SandboxCommand.StandardOutput"/> says; nowhere where it is the host's.
    /// </summary>
    public Stream StandardOutput { get; }

    /// <summary>
    /// Goes where the command's <see cref="SandboxCommand.StandardError"/> says; nowhere where it is the host's.
    /// </summary>
    public Stream StandardError { get; }

    /// <summary>
    /// The program's end of the command's <see cref="SandboxCommand.Channel"/>; null where it has none.
    /// </summary>
    public Stream? Channel { get; }

    /// <summary>
    /// The command's <see cref="SandboxCommand.Terminal"/>, for its size; null where it has none. The three streams are
    /// the program's end. What is typed is neither echoed nor interpreted.
    /// </summary>
    public ISandboxTerminal? Terminal { get; }

    /// <summary>The clock of the provider.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>
    /// Called for each signal but SIGKILL and SIGSTOP; returns whether the program handles it, and so goes on. Default:
    /// it handles none and is ended by those that end a program.
    /// </summary>
    public Func<UnixSignal, bool>? SignalHandler { get; set; }
}
