using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;

namespace Isolation.Linux.State;

/// <summary>The part with the control socket, on which init listens.</summary>
internal sealed partial class SandboxDirectory
{
    /// <summary>Creates the socket on which init will listen. The caller closes the descriptor.</summary>
    internal int CreateListener()
    {
        int listener = (int)SandboxErrors.Check(
            Kernel.socket(Kernel.AfUnix, Kernel.SockSeqpacket | Kernel.SockCloexec), "create the control socket", null);
        long result = AtShortPath(path => Kernel.bind(listener, path));
        if (result < 0)
        {
            Kernel.close(listener);
        }

        SandboxErrors.Check(result, "create the control socket", System.IO.Path.Combine(Path, SocketFile));
        return listener;
    }

    /// <summary>Connects to init.</summary>
    /// <param name="state">The state, whose process must be the one that listens.</param>
    /// <param name="patience">The patience with an init that does not answer.</param>
    /// <exception cref="SandboxException">Another process listens, or none.</exception>
    internal async Task<InitChannel> ConnectAsync(SandboxState state, InitPatience patience)
    {
        string target = System.IO.Path.Combine(Path, SocketFile);
        int socket = (int)SandboxErrors.Check(
            Kernel.socket(Kernel.AfUnix, Kernel.SockSeqpacket | Kernel.SockCloexec | Kernel.SockNonblock),
            "create the control socket", null);
        InitChannel channel = new(socket);
        try
        {
            long result;
            while ((result = AtShortPath(path => Kernel.connect(socket, path))) == -Errno.EAGAIN)
            {
                // An earlier application has connected, and init has not noticed yet that it has gone.
                await patience.PauseAsync().ConfigureAwait(false);
            }

            SandboxErrors.Check(result, "connect to the sandbox's init", target);
            SandboxErrors.Check(Kernel.getpeercred(socket, out Kernel.PeerCredentials peer), "identify", target);
            if (peer.ProcessId != state.Init.ProcessId)
            {
                throw new SandboxException(
                    "connect to the sandbox's init", target, 0, nameof(Errno.ESRCH),
                    $"process {peer.ProcessId} listens there, not process {state.Init.ProcessId} of the state file",
                    "Stop the processes of the sandbox, and remove its state directory.");
            }

            SandboxErrors.Check(Kernel.send(socket, state.Secret.Span), "connect to the sandbox's init", target);
            return channel;
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Calls with a path of the socket that is short enough for <c>struct sockaddr_un</c>, wherever the directory is.
    /// </summary>
    private long AtShortPath(Func<string, long> call)
    {
        long directory = Kernel.openat(Kernel.AtFdcwd, Path, Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec);
        if (directory < 0)
        {
            return directory;
        }

        try
        {
            return call(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory}/{SocketFile}"));
        }
        finally
        {
            Kernel.close((int)directory);
        }
    }
}
