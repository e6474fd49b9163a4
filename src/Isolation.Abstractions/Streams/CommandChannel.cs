namespace Isolation;

/// <summary>
/// Specifies a two-way byte stream between the application and a command: a connected pair of sockets; see
/// socketpair(2). The command has its end as a file descriptor from its first instruction on; the application has
/// <see cref="ISandboxProcess.Channel"/>. The command requires no file, no network and no system call to create a
/// socket, so the channel works with every filter, Landlock policy and set of namespaces.
/// </summary>
/// <remarks>
/// The environment variable <see cref="EnvironmentVariable"/> contains the number of the descriptor. Child processes of
/// the program inherit the descriptor unless the program sets close-on-exec. Descriptors that the command sends through
/// the socket (SCM_RIGHTS) are rejected since Linux 6.16; earlier kernels close them.
/// </remarks>
public sealed record CommandChannel
{
    /// <summary>The environment variable that contains the number of the descriptor, in decimal.</summary>
    public const string EnvironmentVariable = "ISOLATION_CHANNEL";

    /// <summary>Gets the number of the descriptor in the command, 3 or more. Default: 3.</summary>
    public int Descriptor { get; init; } = 3;
}
