using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Init;

/// <summary>
/// Adds the nodes with which the init of a detached sandbox outlives its application: at the end of the connection, it
/// accepts the next one on a listening socket, from an application that knows the sandbox's secret. It also
/// records the ends of commands, in a table that both applications can read.
/// </summary>
internal sealed class DetachNodes
{
    /// <summary>The descriptor of the listening socket.</summary>
    internal const int ListenerDescriptor = InitProgram.FirstFreeDescriptor;

    /// <summary>The descriptor of the file that contains the table of ends. See <see cref="ExitTable"/>.</summary>
    internal const int TableDescriptor = ListenerDescriptor + 1;

    /// <summary>The number of descriptors that the init of a detached sandbox keeps.</summary>
    internal const int DescriptorCount = 2;

    /// <summary>The size of the secret that an application sends first, in bytes.</summary>
    internal const int SecretSize = 16;

    /// <summary>The time in which an application sends the secret, in seconds.</summary>
    private const int SecretSeconds = 1;

    private readonly ProgramBuilder _b;
    private readonly long _isWaiting;
    private readonly long _accepted;
    private readonly long _polled;
    private readonly long _timeout;
    private readonly long _received;
    private readonly long _attached;

    internal DetachNodes(ProgramBuilder b)
    {
        _b = b;
        IsDetachable = b.AddWord(0);
        _isWaiting = b.AddWord(0);
        Secret = b.Reserve(SecretSize);
        _accepted = b.Reserve(8);
        _polled = b.Reserve(8);
        _timeout = b.Reserve(16);
        _received = b.Reserve(SecretSize);
        _attached = b.AddWord(InitMessage.Header(InitMessageKind.Attached));
    }

    /// <summary>Gets the address of the word that is not 0 if init outlives its application.</summary>
    internal long IsDetachable { get; }

    /// <summary>Gets the address of the secret.</summary>
    internal long Secret { get; }

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Adds the node that goes to <paramref name="accept"/> if descriptor 0 is the listening socket.</summary>
    internal void Receive(Label accept) =>
        _b.Branch(Node.Load32, [_isWaiting], 0, accept, Label.Next, accept);

    /// <summary>Adds the nodes for the end of the connection.</summary>
    /// <param name="poll">The node that waits for events.</param>
    /// <param name="exit">The node that ends init.</param>
    internal void Lose(Label poll, Label exit)
    {
        _b.Branch(Node.Load32, [IsDetachable], 0, Label.Next, exit, Label.Next);
        _b.Try(Calls.Dup3, ListenerDescriptor, 0, Kernel.OCloexec);
        _b.Store(_isWaiting, 1);
        _b.Jump(poll);
    }

    /// <summary>Adds the nodes that accept a connection.</summary>
    /// <param name="poll">The node that waits for events.</param>
    internal void Accept(Label poll)
    {
        Label refuse = _b.NewLabel();
        _b.Branch(Calls.Accept4, [0, 0, 0, Kernel.OCloexec], _accepted, Label.Next, Label.Next, poll);

        // struct pollfd: the descriptor in the lower half of the word, the events in the upper half.
        _b.Branch(Node.Subtract, [Value.Word(_accepted), -((long)Kernel.Pollin << 32)], _polled, Label.Next, Label.Next,
            Label.Next);

        // ppoll(2) leaves the remaining time there.
        _b.Store(_timeout, SecretSeconds);
        _b.Store(_timeout + 8, 0);
        _b.Branch(Calls.Ppoll, [_polled, 1, _timeout, 0, 8], 0, Label.Next, refuse, refuse);
        long size = _b.Reserve(8);
        _b.Branch(Calls.Recvfrom, [Value.Word(_accepted), _received, SecretSize, Kernel.MsgDontwait, 0], size,
            Label.Next, refuse, refuse);
        _b.Compare(Value.Word(size), SecretSize, refuse, Label.Next, refuse);
        for (int part = 0; part < SecretSize; part += sizeof(int))
        {
            _b.Compare(Value.Word(_received + part), Value.Word(Secret + part), refuse, Label.Next, refuse);
        }

        _b.Branch(Calls.Dup3, [Value.Word(_accepted), 0, Kernel.OCloexec], 0, Label.Next, Label.Next, refuse);
        _b.Store(_isWaiting, 0);
        _b.Try(Calls.Sendto, 0, _attached, 8, Kernel.MsgNosignal, 0);
        _b.Mark(refuse);
        _b.Try(Calls.Close, Value.Word(_accepted));
        _b.Jump(poll);
    }

    /// <summary>
    /// Adds the node that records the end of a command, and returns it. Its fourth argument is the offset in the table.
    /// </summary>
    /// <param name="parts">The address of the two parts of the report.</param>
    internal long Record(long parts) => _b.Try(Calls.Pwritev, TableDescriptor, parts, 2, 0, 0);
}
