using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Init;

/// <summary>Sends a file descriptor over a socket. See SCM_RIGHTS in unix(7).</summary>
internal static class DescriptorMessage
{
    /// <summary>
    /// Prepares the message for the descriptor whose number the word holds at run time. Returns the address of the
    /// <c>struct msghdr</c>.
    /// </summary>
    /// <param name="b">The program that sends the message.</param>
    /// <param name="descriptorWord">The address of the word.</param>
    /// <param name="kind">The kind of the message.</param>
    internal static long Prepare(
        ProgramBuilder b, long descriptorWord, InitMessageKind kind = InitMessageKind.Descriptor)
    {
        long content = b.AddWord(InitMessage.Header(kind));
        long control = b.AddWord(16 + sizeof(int));
        b.AddWord(Kernel.SolSocket | ((long)Kernel.ScmRights << 32));
        long number = b.AddWord(0);
        long part = b.AddStructure(new Kernel.IoVector { Base = content, Length = sizeof(long) });
        long message = b.AddStructure(
            new Kernel.MessageHeader
            {
                Parts = part,
                PartCount = 1,
                Control = control,
                ControlLength = Kernel.ControlSize(1),
            });
        b.Branch(Node.Load32, [descriptorWord], number, Label.Next, Label.Next, Label.Next);
        return message;
    }
}
