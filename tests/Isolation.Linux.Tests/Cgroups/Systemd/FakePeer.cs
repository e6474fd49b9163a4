using System.Net.Sockets;
using System.Text;
using Isolation.Linux.Cgroups.Systemd;

namespace Isolation.Linux.Tests.Cgroups.Systemd;

/// <summary>Represents a fake D-Bus peer that accepts every client and answers calls with given messages.</summary>
internal sealed class FakePeer : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("isolation-bus-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly TaskCompletionSource _isOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;

    /// <param name="greeting">The answer to the authentication.</param>
    /// <param name="answers">The bytes sent after each call. After the last one, the connection stays open without
    /// further answers.</param>
    internal FakePeer(string greeting, params byte[][] answers)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(1);
        _serving = Task.Run(() => ServeAsync(greeting, answers));
    }

    internal string Path => $"{_directory}/bus";

    /// <summary>Gets the received calls after the greeting.</summary>
    internal List<byte[]> Calls { get; } = [];

    /// <summary>Gets the bytes received before the first call.</summary>
    internal string Wish { get; private set; } = "";

    public void Dispose()
    {
        _isOver.SetResult();
        _listener.Dispose();
        _serving.Wait();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task ServeAsync(string greeting, byte[][] answers)
    {
        try
        {
            using Socket socket = await _listener.AcceptAsync();
            Wish = await ReadLineAsync(socket);
            await socket.SendAsync(Encoding.ASCII.GetBytes(greeting));
            await ReadLineAsync(socket);
            foreach (byte[] answer in answers)
            {
                byte[] head = await ReadAsync(socket, BusMessage.FixedSize);
                Calls.Add([.. head, .. await ReadAsync(socket, BusMessage.Size(head) - head.Length)]);
                await socket.SendAsync(answer);
            }

            await _isOver.Task;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The caller has left, or there was none.
        }
    }

    private static async Task<string> ReadLineAsync(Socket socket)
    {
        StringBuilder line = new();
        while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal))
        {
            line.Append((char)(await ReadAsync(socket, 1))[0]);
        }

        return line.ToString().TrimEnd();
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        await using NetworkStream stream = new(socket);
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
