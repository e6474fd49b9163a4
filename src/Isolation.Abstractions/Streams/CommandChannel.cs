namespace Isolation;

/// <summary>
/// A two-way stream of bytes between the host and a command: a connected pair of sockets, see socketpair(2). The
/// command has its end from its first instruction on, as a descriptor; the host has
/// <see cref="ISandboxProcess.Channel"/>. No file, network or system call to make a socket is needed inside, so it
/// works under every filter, Landlock policy and set of namespaces.
/// </summary>
/// <remarks>
/// The environment variable <see cref="EnvironmentVariable"/> tells the program the number. A program that starts
/// others passes the descriptor on unless it sets close-on-exec. Descriptors that the command sends through the socket
/// (SCM_RIGHTS) are refused from Linux 6.16 on, and closed by the kernel before.
/// </remarks>
public sealed record CommandChannel
{
    /// <summary>The variable in the command's environment that has the number of the descriptor, in decimal.</summary>
    public const string EnvironmentVariable = "ISOLATION_CHANNEL";

    /// <summary>The number of the descriptor inside, 3 or more. Default: 3.</summary>
    public int Descriptor { get; init; } = 3;
}
