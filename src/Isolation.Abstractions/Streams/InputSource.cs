using System.Text;

namespace Isolation;

/// <summary>Represents the source of the standard input of a command.</summary>
public abstract record InputSource
{
    private protected InputSource()
    {
    }

    /// <summary>Gets an empty source (<c>/dev/null</c>).</summary>
    public static InputSource Null { get; } = new NullInput();

    /// <summary>Gets the standard input of the application.</summary>
    public static InputSource Inherit { get; } = new InheritedInput();

    /// <summary>Gets a pipe that the application writes to; see <see cref="ISandboxProcess.StandardInput"/>.</summary>
    public static InputSource Pipe { get; } = new PipeInput();

    /// <summary>Creates a source that contains text, encoded as UTF-8.</summary>
    public static InputSource FromText(string text) => new BytesInput(Encoding.UTF8.GetBytes(text));

    /// <summary>Creates a source that contains bytes.</summary>
    public static InputSource FromBytes(ReadOnlyMemory<byte> bytes) => new BytesInput(bytes);

    /// <summary>
    /// Creates a source that reads a file of the host. The path must be absolute, and no part of it may be a symbolic
    /// link, because an earlier command may have created the link. The application opens the file for reading; opening
    /// never waits for the other end of a named pipe.
    /// </summary>
    /// <remarks>
    /// The command can open the file again as <c>/dev/stdin</c>, and cannot write to it. If the file has at most 64
    /// KiB, the command gets a copy in memory, taken when it starts. A larger file is replaced by a copy of at most 16
    /// MiB or by a pipe only if nothing else prevents the command from changing the file.
    /// </remarks>
    /// <param name="path">The absolute path on the host.</param>
    /// <param name="followsLinks">
    /// Whether parts of the path may be symbolic links, which is safe only if no sandbox can write to a directory on
    /// the path. Default: <see langword="false"/>.
    /// </param>
    public static InputSource FromFile(string path, bool followsLinks = false) =>
        new FileInput(path) { FollowsLinks = followsLinks };

    /// <summary>
    /// Creates a source that copies a stream until it ends or the command exits. The stream is not closed.
    /// </summary>
    public static InputSource FromStream(Stream stream) => new StreamInput(stream);
}
