namespace Isolation.Linux.Streams;

/// <summary>Describes a file descriptor passed to a command.</summary>
/// <param name="Number">The number of the descriptor in the command.</param>
/// <param name="Position">The position of the descriptor in the message.</param>
internal readonly record struct PassedDescriptor(int Number, int Position)
{
    /// <summary>The position of init's control socket, which is not in the message.</summary>
    internal const int ControlSocket = -1;
}
