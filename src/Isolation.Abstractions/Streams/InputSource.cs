using System.Text;

namespace Isolation;

/// <summary>Where the standard input of a command comes from.</summary>
public abstract record InputSource
{
    private protected InputSource()
    {
    }

    /// <summary>Nothing to read (<c>/dev/null</c>).</summary>
    public static InputSource Null { get; } = new NullInput();

    /// <summary>The standard input of the host process.</summary>
    public static InputSource Inherit { get; } = new InheritedInput();

    /// <summary>A pipe that the application writes, see <see cref="ISandboxProcess.StandardInput"/>.</summary>
    public static InputSource Pipe { get; } = new PipeInput();

    /// <summary>A text, in UTF-8.</summary>
    public static InputSource FromText(string text) => new BytesInput(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes.</summary>
    public static InputSource FromBytes(ReadOnlyMemory<byte> bytes) => new BytesInput(bytes);

    /// <summary>
    /// A file of the host by its absolute path, opened for reading by the host. No part of the path may be a symbolic
    /// link: an earlier command may have left it. Opening never waits for the other end of a named pipe.
    /// </summary>
    /// <remarks>
    /// The command can open it again as <c>/dev/stdin</c>, and cannot write to it. Of a file of at most 64 KiB the
    /// command gets a copy in memory, taken when
    /// it starts; of a larger one a copy of at most 16 MiB or a pipe only where nothing else keeps the command from
    /// changing the file.
    /// </remarks>
    public static InputSource FromFile(string path) => new FileInput(path);

    /// <summary>A stream that is copied until its end, or until the command exits. It is not closed.</summary>
    public static InputSource FromStream(Stream stream) => new StreamInput(stream);
}
