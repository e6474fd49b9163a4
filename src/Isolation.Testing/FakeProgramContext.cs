namespace Isolation.Testing;

/// <summary>Represents the environment of a <see cref="FakeProgram"/>.</summary>
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

    /// <summary>Gets the command that was started.</summary>
    public SandboxCommand Command { get; }

    /// <summary>
    /// Gets the data of the command's <see cref="SandboxCommand.StandardInput"/>, which is empty if the input is null
    /// or inherited.
    /// </summary>
    public Stream StandardInput { get; }

    /// <summary>
    /// Gets the stream to the target of the command's <see cref="SandboxCommand.StandardOutput"/>. If the output is
    /// inherited, data is discarded.
    /// </summary>
    public Stream StandardOutput { get; }

    /// <summary>
    /// Gets the stream to the target of the command's <see cref="SandboxCommand.StandardError"/>. If the output is
    /// inherited, data is discarded.
    /// </summary>
    public Stream StandardError { get; }

    /// <summary>
    /// Gets the program's end of the command's <see cref="SandboxCommand.Channel"/>, or null if there is none.
    /// </summary>
    public Stream? Channel { get; }

    /// <summary>
    /// Gets the command's <see cref="SandboxCommand.Terminal"/>, which provides its size, or null if there is none. The
    /// three standard streams are the program's end of the terminal. Input is neither echoed nor interpreted.
    /// </summary>
    public ISandboxTerminal? Terminal { get; }

    /// <summary>Gets the time provider of the sandbox provider.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Gets or sets the handler of signals except SIGKILL and SIGSTOP.</summary>
    /// <remarks>
    /// The handler returns <see langword="true"/> if the program handles the signal and continues. Default: no signal
    /// is handled, and signals that end a program by default end it.
    /// </remarks>
    public Func<UnixSignal, bool>? SignalHandler { get; set; }
}
