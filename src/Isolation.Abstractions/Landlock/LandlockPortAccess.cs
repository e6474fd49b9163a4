namespace Isolation;

/// <summary>
/// Specifies uses of TCP ports that Landlock can restrict, named like the kernel's <c>LANDLOCK_ACCESS_NET_*</c>. ABI 4,
/// Linux 6.7.
/// </summary>
[Flags]
public enum LandlockPortAccess
{
    /// <summary>No use.</summary>
    None = 0,

    /// <summary>Binding a TCP socket to a local port. ABI 4, Linux 6.7.</summary>
    BindTcp = 1,

    /// <summary>Connecting a TCP socket to a remote port. ABI 4, Linux 6.7.</summary>
    ConnectTcp = 2,

    /// <summary>Both.</summary>
    Tcp = BindTcp | ConnectTcp,
}
