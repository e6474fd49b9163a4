using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>
/// Represents a D-Bus connection for a few sequential calls, with one timeout for all of them; see the D-Bus
/// specification.
/// </summary>
internal sealed class BusConnection : IDisposable
{
    private const int LongestLine = 512;

    private static readonly BusMethod Hello = new(
        "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello");
    private static readonly BusMethod AddMatch = Hello with { Member = "AddMatch" };

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<BusMessage> _signals = [];
    private readonly long _begin = TimeProvider.System.GetTimestamp();
    private readonly TimeSpan _patience;
    private readonly bool _hasBroker;
    private uint _serial;

    private BusConnection(bool hasBroker, TimeSpan patience)
    {
        _hasBroker = hasBroker;
        _patience = patience;
    }

    /// <summary>Connects and authenticates as the user of this process.</summary>
    /// <exception cref="BusException">The connection failed or timed out.</exception>
    internal static BusConnection Open(BusAddress address, TimeSpan patience)
    {
        BusConnection connection = new(address.HasBroker, patience);
        try
        {
            connection.Begin(address);
            return connection;
        }
        catch (BusException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Subscribes to signals. Without a broker all signals are received anyway.</summary>
    internal void Subscribe(string rule)
    {
        if (_hasBroker)
        {
            Call(AddMatch, "s", body => body.Text(rule));
        }
    }

    /// <summary>Calls a method and waits for the reply.</summary>
    /// <exception cref="BusException">The reply is an error, or no reply was received.</exception>
    internal BusMessage Call(BusMethod method, string signature = "", Action<BusWriter>? arguments = null)
    {
        uint serial = ++_serial;
        Send(BusWriter.Call(serial, method, signature, arguments));
        while (true)
        {
            BusMessage message = Receive();
            if (message.Kind == BusMessageKind.Signal)
            {
                _signals.Add(message);
            }
            else if (message.ReplySerial == serial)
            {
                return message.Kind == BusMessageKind.Answer ? message : throw Refusal(message);
            }
        }
    }

    /// <summary>Waits for a signal, or finds it among the signals already received.</summary>
    internal T WaitForSignal<T>(string member, Func<BusMessage, T?> read)
        where T : class
    {
        for (int i = 0; ; i++)
        {
            if (i == _signals.Count)
            {
                _signals.Add(Receive());
            }

            if (_signals[i].Kind == BusMessageKind.Signal && _signals[i][BusField.Member] == member
                && read(_signals[i]) is { } found)
            {
                return found;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static BusException Refusal(BusMessage message)
    {
        string text = message[BusField.Signature].StartsWith('s') ? message.Text() : "no reason given";
        return new BusException(text, message[BusField.ErrorName]);
    }

    private void Begin(BusAddress address)
    {
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint(address.Path));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new BusException($"{address}: {exception.Message}", null, exception);
        }

        // The kernel reports the peer's identity; the text only selects this mechanism.
        string user = Kernel.geteuid().ToString(CultureInfo.InvariantCulture);
        Send(Encoding.ASCII.GetBytes($"\0AUTH EXTERNAL {Convert.ToHexString(Encoding.ASCII.GetBytes(user))}\r\n"));
        string line = ReadLine();
        if (!line.StartsWith("OK ", StringComparison.Ordinal))
        {
            throw new BusException($"{address} refuses user {user}: {line}", null);
        }

        Send("BEGIN\r\n"u8);
        if (_hasBroker)
        {
            Call(Hello);
        }
    }

    private string ReadLine()
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (line.Length < LongestLine)
        {
            Fill(one);
            if (one[0] == '\n')
            {
                break;
            }

            line.Append((char)one[0]);
        }

        return line.ToString().TrimEnd('\r');
    }

    private BusMessage Receive()
    {
        byte[] head = new byte[BusMessage.FixedSize];
        Fill(head);
        byte[] message = new byte[BusMessage.Size(head)];
        head.CopyTo(message, 0);
        Fill(message.AsSpan(head.Length));
        return new BusMessage(message);
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _socket.SendTimeout = Left();
            _socket.Send(bytes);
        }
        catch (SocketException exception)
        {
            throw Broken(exception);
        }
    }

    private void Fill(Span<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                _socket.ReceiveTimeout = Left();
                int read = _socket.Receive(bytes);
                bytes = bytes[(read > 0 ? read : throw new BusException("The connection was closed.", null))..];
            }
        }
        catch (SocketException exception)
        {
            throw Broken(exception);
        }
    }

    private BusException Broken(SocketException exception) =>
        exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock
        ? new BusException(
            string.Create(
                CultureInfo.InvariantCulture, $"No reply within {_patience.TotalSeconds:F0} seconds."),
            null, exception)
        : new BusException(exception.Message, null, exception);

    private int Left() => Math.Max((int)(_patience - TimeProvider.System.GetElapsedTime(_begin)).TotalMilliseconds, 1);
}
